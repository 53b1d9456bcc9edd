"""`tandem preview CAMPAIGN`: a campaign's message as its reader will see it, on a page of its own."""

import argparse
import os
import sys
import webbrowser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from infra.cli.files import shown
from infra.cli.mistake import Mistake
from infra.cli.previewing import Wanted, add_choices, looked, wanted
from infra.cli.screen import Screen
from infra.cli.session import Session
from infra.explain.words import count
from infra.pages.names import file_name
from infra.preview.look import Look
from infra.preview.page import page, sizes

OUT: Final = Path("out/preview")
_DISPLAYS: Final = ("DISPLAY", "WAYLAND_DISPLAY")


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "preview",
        help="look at a campaign's message: desktop, phone, dark, text, SMS, headers",
        description="Write a page that shows a campaign's message as its reader will see it, and open it: desktop, "
        "phone and dark side by side, the text part, the text message with what it costs, headers, links, sizes, and "
        "what was known of the customer. Nothing is sent, decided or kept.",
    )
    add_choices(parser)
    parser.add_argument("--out", metavar="DIR", type=Path, default=OUT, help=f"where the page is written ({OUT})")
    parser.add_argument("--no-open", action="store_true", help="only write it")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 once it is written."""
    what = wanted(arguments, "preview")
    found = looked(what, session)
    path = _write(page(found), arguments.out / _name(found))
    _show(found, what, path, session.screen)
    if not arguments.no_open and has_display(sys.platform, os.environ):
        webbrowser.open(path.absolute().as_uri())
    return 0


def has_display(platform: str, environ: Mapping[str, str]) -> bool:
    """Whether a browser would be seen: on Linux a session says so."""
    return platform in {"darwin", "win32"} or any(environ.get(name) for name in _DISPLAYS)


def _name(found: Look) -> str:
    """One file a way to look at it, so that several can be compared."""
    send = found.send
    return f"{send.campaign}-{send.template}-{file_name(send.locale.lower())}-{file_name(found.person.name)}.html"


def _write(content: bytes, path: Path) -> Path:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as error:
        raise Mistake(f"{path} cannot be written: {error.strerror}", "another place: --out DIR") from error
    return path


def _show(found: Look, what: Wanted, path: Path, screen: Screen) -> None:
    send, shop = found.send, found.subject.content.shop
    screen.line(f"{send.campaign} for {found.person.name}", style="bold")
    rows = [("template", f"{send.template}, tier {send.tier}{f', variant {send.variant}' if send.variant else ''}")]
    if found.mail:
        size = sizes(found.mail, shop.url, found.folder)
        rows += [("mail", found.mail.header("Subject")), ("HTML", size["HTML"]), ("pictures", size["Pictures"])]
    if found.text:
        brand = found.subject.content.brand
        cost = found.text.cost(brand.sms if brand else None)
        rows += [("text message", f"{found.text.encoding}, {count(found.text.segments, 'segment')}, {cost}")]
    rows += [(channel.value, "see the page") for channel in found.notes]
    rows += [(channel.value, f"would be refused: {why}") for channel, why in found.refused.items()]
    rows += [("assumed", sentence) for sentence in found.person.assumed]
    screen.pairs(rows)
    screen.raw(f"\nThe page: {shown(path.absolute())}")  # never wrapped: it is pasted
    others = [f"{command}    ({label})" for label, command in found.others]
    options = what.again().removeprefix(f"tandem preview {what.campaign}")
    screen.next(*others, f"tandem send-test {what.campaign} --to YOU@YOUR-SHOP{options}    (into your own inbox)")
