"""`tandem replay FILE --playbook A --against B`: what B would do otherwise with the same events."""

import argparse
import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from infra.cli.against_shown import Material, show
from infra.cli.files import shown
from infra.cli.mistake import Mistake
from infra.cli.playbooks import LIVE, SAFE_CODES, any_playbook, good_playbook, live_playbook
from infra.cli.session import Session
from infra.pages import against as page
from infra.publish.difference import differences
from infra.publish.edition import Draft
from infra.replay.against import Message, Pair, Side, compare
from infra.replay.engine import replay

OUT: Final = Path("out/replay-against.html")


def add(parser: Any) -> None:
    """The options."""
    parser.add_argument(
        "--against",
        metavar="B",
        help="compare with a second playbook: who newly gets what, who no longer does, what changed time or campaign; "
        "this one and that of --playbook may be a folder, a published number, or live",
    )
    parser.add_argument("--out", metavar="PATH", type=Path, help=f"where --against draws its page (default {OUT})")


def run(arguments: argparse.Namespace, session: Session, material: Material) -> int:
    """0 whether or not there is a difference."""
    if not arguments.against:
        raise Mistake("--out is for the page of --against", "tandem replay FILE --playbook A --against B")
    names = str(arguments.playbook), str(arguments.against)
    drafts = _drafts(names, arguments, session, material.now)
    changes = differences(*drafts)
    called = [_called(*each) for each in zip(names, drafts, strict=True)]
    comparison = compare(*_replayed(called, drafts, material, session))
    out = arguments.out or OUT
    if arguments.out or not arguments.json:
        _write(out, page.against(comparison, changes, made_at=material.now))
    if arguments.json:
        for pair in comparison.different:
            session.screen.raw(json.dumps(document(pair), ensure_ascii=False))
        return 0
    show(session.screen, comparison, changes, material)
    first, second = (shown(Path(name)) if not _is_published(name) else name for name in names)
    session.screen.line(f"\nThe page: {shown(out)}")
    session.screen.next(f"tandem playbook diff {first} {second}")
    return 0


def _write(out: Path, content: bytes) -> None:
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        raise Mistake(f"{out} cannot be written: {error.strerror}", "--out PATH names another file") from error


def _is_published(name: str) -> bool:
    return name == LIVE or name.isdigit()


def _drafts(
    names: tuple[str, str], arguments: argparse.Namespace, session: Session, now: datetime
) -> tuple[Draft, Draft]:
    """Both sides. With profiles, rules of a folder are those of the published side (or, told so, of the live one)
    where nothing changed; else none of them is taken for one that profiles carry."""
    published = {name: any_playbook(name, session) for name in names if _is_published(name)}
    before = live_playbook(session) if arguments.live else None
    if before is None and arguments.profiles and published:
        before = next(iter(published.values())).playbook
    first_code = SAFE_CODES if arguments.profiles and before is None else 0

    def draft(name: str) -> Draft:
        return published.get(name) or good_playbook(Path(name), now=now, before=before, first_code=first_code)

    return draft(names[0]), draft(names[1])


def _called(name: str, draft: Draft) -> str:
    if name == LIVE:
        return f"live (playbook {draft.playbook.number})"
    return f"playbook {name}" if name.isdigit() else shown(Path(name))


def _replayed(names: Sequence[str], drafts: Sequence[Draft], material: Material, session: Session) -> tuple[Side, Side]:
    known, until = material.known, material.until
    with session.screen.progress("replaying", 2 * len(material.arrivals), least=500) as done:
        first, second = (
            Side(
                name,
                draft.playbook,
                replay(material.arrivals, draft.playbook, known.profiles, known.header, until=until, done=done),
            )
            for name, draft in zip(names, drafts, strict=True)
        )
    return first, second


def document(pair: Pair) -> dict[str, Any]:
    """A pair as JSON data; a side that sends nothing is null."""
    return {
        "customer_id": pair.customer_id,
        "change": str(pair.kind),
        "a": _message(pair.before),
        "b": _message(pair.after),
        "reason": pair.why.code if pair.why else "",
        "why": pair.why.sentence if pair.why else "",
        "told_by": pair.told_by.lower(),
    }


def _message(message: Message | None) -> dict[str, Any] | None:
    if message is None:
        return None
    channel, template, variant = message.words
    return {
        "decision": message.decision.id,
        "at": message.at.isoformat(),
        "campaign": message.campaign,
        "channel": channel,
        "template": template,
        "variant": variant,
    }
