"""A look at a message as one page, without scripts: it opens from a folder, and can be handed to anybody."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from infra.explain.words import count
from infra.pages import pages, shown
from infra.pages.local_pictures import with_local_pictures
from infra.preview.look import Look
from infra.preview.reading import Link, Mail, Part, inbox_line
from infra.preview.schemes import Scheme, in_scheme
from infra.preview.texts import Text, named
from infra.preview.values import values
from infra.publish.judging.page import MOST_BYTES, too_large
from tandem.customer import Channel

PHONE_LINE: Final = 40  # characters of a subject on a phone
INBOX_LINE: Final = 90  # characters of an inbox's line: of a phone's second one, of a desktop's one for both
_FRAMES: Final[tuple[tuple[str, int, Scheme], ...]] = (
    ("Desktop", 640, "light"),
    ("Phone", 375, "light"),
    ("Dark", 375, "dark"),
)
_SHOWN_FIRST: Final = ("Subject", "From", "To", "List-Unsubscribe", "List-Unsubscribe-Post")


def page(look: Look) -> bytes:
    """The whole page, in UTF-8."""
    send, subject = look.send, look.subject
    locale, _, _ = subject.content.for_locale(send.template, send.locale)
    found = pages.page(
        "preview.html",
        title=f"{send.campaign}, for {look.person.name}",
        styles=("preview.css",),
        campaign=send.campaign,
        description=subject.campaign.description,
        customer=look.person.name,
        tier=send.tier,
        tier_class=shown.tier_class(send.tier),
        facts=list(_facts(look, locale)),
        assumed=list(look.person.assumed),
        refused=[{"channel": channel.value, "why": why} for channel, why in look.refused.items()],
        mail=_mail(look, look.mail, locale) if look.mail else None,
        text=_text(look, look.text) if look.text else None,
        notes=[{"channel": channel.value, "text": text} for channel, text in look.notes.items()],
        without=list(_without(look)),
        values=[
            {"name": each.name, "value": each.said, "is_absent": not each.value, "is_named": each.is_named}
            for each in values(subject.content, send)
        ],
        others=[{"label": label, "command": command} for label, command in look.others],
        at=_moment(look.at),
    )
    return pages.encoded(found)


def sizes(mail: Mail, shop_url: str, folder: Path | None) -> dict[str, str]:
    """How large it is, by what, in words."""
    html = len(mail.html.encode("utf-8", "replace"))
    named = {"HTML": f"{_kilobytes(html)} of the 102 kB that Gmail shows ({html / MOST_BYTES:.0%})"}
    return {
        **named,
        "The whole message": _kilobytes(len(mail.raw)),
        "Pictures": _pictures(mail, shop_url, folder),
    }


def _facts(look: Look, locale: str) -> Iterator[dict[str, str]]:
    send = look.send
    yield shown.figure("template", send.template)
    yield shown.figure("language", locale if locale == send.locale else f"{locale} (of {send.locale})")
    yield shown.figure("tier", send.tier)
    if send.variant:
        yield shown.figure("variant", send.variant)
    number = look.subject.playbook.number
    yield shown.figure("playbook", "not published" if look.folder else str(number))


def _mail(look: Look, mail: Mail, locale: str) -> dict[str, Any]:
    shop, folder = look.subject.content.shop, look.folder
    copies = {scheme: in_scheme(mail.html, scheme) for _, _, scheme in _FRAMES}
    if folder:
        copies = {scheme: with_local_pictures(html, shop.url, folder) for scheme, html in copies.items()}
    subject = mail.header("Subject")
    rest = [name for name, _ in mail.headers if name not in _SHOWN_FIRST]
    together = f"{subject} – {mail.first_words}"
    return {
        "subject": subject,
        "locale": locale,
        "frames": [
            {"name": name, "width": width, "scheme": scheme, "html": copies[scheme]} for name, width, scheme in _FRAMES
        ],
        "phone_subject": inbox_line(subject, PHONE_LINE),
        "phone_words": inbox_line(mail.first_words, INBOX_LINE),
        "desktop_line": inbox_line(together, INBOX_LINE),
        "text": mail.text,
        "headers": [
            {"name": name, "value": mail.header(name)}
            for name in dict.fromkeys((*_SHOWN_FIRST, *rest))
            if mail.header(name)
        ],
        "head": mail.head,
        "tree": [_part(each) for each in mail.tree],
        "sizes": [{"label": label, "value": value} for label, value in sizes(mail, shop.url, folder).items()],
        "too_large": too_large(mail.html),
        "links": list(_links(mail.links)),
        "utm": _utm(mail.links),
        "no_alt": [each.src for each in mail.pictures if each.alt is None],
        "where": _where(mail, shop.url, folder),
    }


def _part(part: Part) -> dict[str, Any]:
    size = _kilobytes(part.size) if part.size else ""
    return {"indent": part.depth * 20, "kind": part.kind, "encoding": part.encoding, "size": size}


def _links(links: tuple[Link, ...]) -> Iterator[dict[str, Any]]:
    """Each address once, with all that is clicked to get there."""
    usual = _utm(links)
    for url in dict.fromkeys(each.url for each in links):
        same = [each for each in links if each.url == url]
        labels = list(dict.fromkeys(each.label or "a picture" for each in same))
        utm = _of_utm(same[0])
        yield {
            "label": ", ".join(labels),
            "host": same[0].host,
            "path": urlsplit(url).path or "/",
            "utm": "yes" if utm and utm == usual else utm or "none",
            "url": url,
        }


def _utm(links: tuple[Link, ...]) -> str:
    """What most links tell; empty where none tells anything."""
    told = Counter(_of_utm(each) for each in links)
    return next((utm for utm, _ in told.most_common() if utm), "")


def _of_utm(link: Link) -> str:
    return ", ".join(f"{name}={value}" for name, value in link.utm.items())


def _text(look: Look, text: Text) -> dict[str, Any]:
    brand = look.subject.content.brand
    return {
        "runs": [{"text": run.text, "kind": run.kind} for run in text.runs()],
        "figures": [
            shown.figure("characters", f"{len(text.text)}"),
            shown.figure("encoding", text.encoding),
            shown.figure("segments", str(text.segments)),
            shown.figure("cost", text.cost(brand.sms if brand else None)),
        ],
        "beyond": [named(character) for character in text.beyond],
        "links": list(text.links),
    }


def _without(look: Look) -> Iterator[str]:
    """The channels that the campaign does not name."""
    names: Mapping[Channel, str] = {
        Channel.EMAIL: "mail",
        Channel.SMS: "text message",
        Channel.PUSH: "push",
        Channel.WEBHOOK: "webhook",
    }
    yield from (name for channel, name in names.items() if channel not in look.subject.campaign.channels)


def _where(mail: Mail, shop_url: str, folder: Path | None) -> str:
    """Where the pictures on this page come from."""
    if not mail.pictures:
        return ""
    if not folder:
        return f"Pictures are fetched from where the mail says: {shop_url} has to serve them."
    return f"Pictures of the shop are those in {folder / 'images'}; others are fetched from where the mail says."


def _pictures(mail: Mail, shop_url: str, folder: Path | None) -> str:
    own = f"{shop_url.rstrip('/')}/images/"
    addresses = list(dict.fromkeys(each.src for each in mail.pictures))
    if not addresses:
        return "none"
    files = [folder / "images" / each.removeprefix(own) for each in addresses if folder and each.startswith(own)]
    there = [path.stat().st_size for path in files if path.is_file()]
    told = f", {_kilobytes(sum(there))} in the {count(len(there), 'file')} of the folder" if there else ""
    return f"{count(len(addresses), 'picture')}{told}"


def _kilobytes(size: int) -> str:
    return f"{size:,} bytes" if size < 1000 else f"{size / 1000:,.1f} kB"


def _moment(at: datetime) -> str:
    there = shown.moment(at)
    return f"{there['day']}, {there['clock']} UTC"
