"""Playbooks of folders, read once."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

from infra.publish.playbook import Draft, read_playbook

LONG_AGO: Final = datetime(2020, 1, 1, tzinfo=UTC)


@cache
def first_edition(folder: Path) -> Draft:
    """The playbook in a folder as number 1, published long ago. Raises BadPlaybook."""
    return read_playbook(folder, published_at=LONG_AGO, number=1)
