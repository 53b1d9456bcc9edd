"""Where things lie in the archive: a folder an hour, so that keys sort as time does."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Final

from tandem.errors import BadHistory

ARCHIVE: Final = "archive"
REFUSED: Final = "refused"
IMPORTS: Final = "imports/"
SUFFIX: Final = ".jsonl.gz"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def folder_of(root: str, moment: datetime) -> str:
    """Where what was received in that hour lies: `archive/2026/11/21/07/`."""
    return f"{root}/{moment.astimezone(UTC):%Y/%m/%d/%H}/"


def key_of(folder: str, ids: Iterable[str]) -> str:
    """The object of these messages. The same messages have the same one, in whichever order they came."""
    name = sha256("\n".join(sorted(ids)).encode()).hexdigest()[:32]
    return f"{folder}{name}{SUFFIX}"


def last_folder(until: datetime) -> str:
    """The folder of the last moment before `until`."""
    return folder_of(ARCHIVE, until - timedelta(microseconds=1))


def import_key(name: str) -> str:
    """Where an import of that name lies. Raises BadHistory."""
    if not _NAME.fullmatch(name):
        raise BadHistory("name", f"{name!r} is not a plain file name: letters, digits, dots, dashes")
    return f"{IMPORTS}{name}{SUFFIX}"
