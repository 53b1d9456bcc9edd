"""Whether a machine opened a mail or followed a link, as far as one event by itself can tell.

By itself, so that what is said of an event does not depend on which others came before it. What cannot be told this
way: a scanner that comes later, with a browser's name. And a proxy that fetches pictures when a person opens the mail
(the image proxies of Gmail and Yahoo) hides who that was, and is still a person opening it.
"""

from datetime import timedelta
from typing import Final

# Nobody reads a mail and follows its link within that time of the provider taking it: it is hardly delivered by then.
TOO_SOON: Final = timedelta(seconds=5)
_PRIVACY_PROXIES: Final = frozenset(
    (
        "mozilla/5.0",  # Apple Mail Privacy Protection: this much and no more
        # Gmail, as a mail comes in while the mailbox is open.
        "mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) "
        "chrome/42.0.2311.135 safari/537.36 edge/12.246 mozilla/5.0",
    )
)
# Mail gateways that follow links, previews of links, crawlers, and the usual libraries of programs.
_SCANNERS: Final = (
    "barracuda",
    "ciscosecureemail",
    "fortinet",
    "ironport",
    "mimecast",
    "proofpoint",
    "sophos",
    "symantec",
    "trendmicro",
    "bingpreview",
    "facebookexternalhit",
    "slackbot",
    "bot/",
    "bot;",
    "crawler",
    "spider",
    "headlesschrome",
    "phantomjs",
    "aiohttp",
    "apache-httpclient",
    "curl/",
    "go-http-client",
    "java/",
    "libwww-perl",
    "lua-resty-http",
    "python-requests",
    "python-urllib",
    "wget/",
)


def is_machine(agent: str, after: timedelta) -> bool:
    """By the user agent, and by how long after the message left.

    >>> is_machine("Mozilla/5.0", timedelta(hours=1))
    True
    """
    name = " ".join(agent.casefold().split())
    if not name or after < TOO_SOON:
        return True
    return name in _PRIVACY_PROXIES or any(scanner in name for scanner in _SCANNERS)
