"""Whether a machine opened or clicked is told by one event alone."""

from datetime import timedelta

import pytest

from tandem.hearing import is_machine
from tandem.hearing.machine import TOO_SOON

LATER = timedelta(hours=1)
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/143.0 Safari/537.36"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
PREFETCH = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0"
)


@pytest.mark.parametrize("agent", [CHROME, GMAIL])
def test_a_browser_and_a_proxy_that_waits_for_a_person_are_people(agent: str) -> None:
    assert not is_machine(agent, LATER)


@pytest.mark.parametrize(
    "agent",
    [
        "",
        "Mozilla/5.0",
        PREFETCH,
        "Barracuda Sentinel (EE)",
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        "python-requests/2.32.3",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/120.0.0.0",
    ],
)
def test_privacy_proxies_scanners_and_programs_are_machines(agent: str) -> None:
    assert is_machine(agent, LATER)


def test_nobody_is_as_quick_as_a_scanner() -> None:
    assert is_machine(CHROME, TOO_SOON - timedelta(milliseconds=1))
    assert not is_machine(CHROME, TOO_SOON)
