"""Playbooks on disk, with their defects named by a path that an editor can open."""

from datetime import datetime
from pathlib import Path

from infra.cli.files import shown
from infra.cli.mistake import Mistake
from infra.explain.words import count
from infra.publish.playbook import Draft, read_playbook
from tandem.errors import BadPlaybook


def good_playbook(folder: Path, *, now: datetime) -> Draft:
    """The playbook in a folder. Raises Mistake with every defect as `file:line: field: problem`."""
    if not folder.is_dir():
        raise Mistake(f"there is no folder {folder}", "the starter playbook is infra/playbook; copy it and change it")
    try:
        return read_playbook(folder, published_at=now)
    except BadPlaybook as bad:
        lines = [f"{shown(folder)}/{defect}" for defect in bad.defects]
        problem = f"{shown(folder)} has {count(len(lines), 'defect')}; it cannot be published"
        raise Mistake(problem, *lines) from bad
