"""Playbooks on disk, with their defects named by a path that an editor can open, and those that are published."""

from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from infra.cli.files import shown
from infra.cli.mistake import Mistake
from infra.cli.session import Session
from infra.explain.words import count
from infra.publish.playbook import Draft, read_playbook
from infra.publish.publish import Publisher
from tandem.errors import BadPlaybook
from tandem.playbook import Playbook

SAFE_CODES: Final = 1_000_000  # no snapshot carries a rule with a code above it
LIVE: Final = "live"


def publisher_of(session: Session) -> Publisher:
    """Where the stack's playbooks are published."""
    stack, clients = session.stack(), (session.client("s3"), session.client("dynamodb"))
    return Publisher(*clients, stack["BucketName"], stack["PlaybooksTableName"], session.clock)


def live_playbook(session: Session) -> Playbook | None:
    """The playbook that is live on the stack."""
    return publisher_of(session).live()


def any_playbook(name: str, session: Session) -> Draft:
    """The playbook in a folder, of a published number, or `live`. Raises Mistake where there is none."""
    if name != LIVE and not name.isdigit():
        return good_playbook(Path(name), now=session.clock())
    publisher = publisher_of(session)
    number = publisher.latest() if name == LIVE else int(name)
    if not number:
        raise Mistake("no playbook is published", "tandem playbook publish PATH")
    if not publisher.has(number):
        raise Mistake(f"there is no playbook {number}", "tandem playbook list")
    try:
        return publisher.draft(number)
    except ValidationError as error:
        raise Mistake(f"playbook {number} was published by a release that this one cannot read") from error


def good_playbook(folder: Path, *, now: datetime, before: Playbook | None = None, first_code: int = 0) -> Draft:
    """The playbook in a folder, as it would be published after `before`. Raises Mistake with every defect as
    `file:line: field: problem`."""
    if not folder.is_dir():
        raise Mistake(f"there is no folder {folder}", "the starter playbook is infra/playbook; copy it and change it")
    try:
        number = before.number + 1 if before else 0
        return read_playbook(folder, published_at=now, number=number, before=before, first_code=first_code)
    except BadPlaybook as bad:
        lines = [f"{shown(folder)}/{defect}" for defect in bad.defects]
        problem = f"{shown(folder)} has {count(len(lines), 'defect')}; it cannot be published"
        raise Mistake(problem, *lines) from bad
