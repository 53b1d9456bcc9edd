"""What a snapshot's profiles say that an earlier one does not: the rows whose `as_of` is later."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from pathlib import Path
from typing import Any, Final

from tandem.profiles.engine import connect
from tandem.profiles.partition import unpack_changed

CHUNK: Final = 1_000  # rows
UNIT: Final = 1024  # bytes that one write unit pays for
OVERHEAD: Final = 25  # bytes of an item beside the customer's id and the profile: names, the key's prefix, a number
_WHERE: Final = "FROM read_parquet($path) WHERE as_of > $base"
_SIZES: Final = (
    f"SELECT count(*), coalesce(sum(ceil((octet_length(document) + strlen(customer_id) + {OVERHEAD}) / {UNIT}.0)), 0) "
    + _WHERE
)


@dataclass(frozen=True, slots=True)
class Row:
    """A profile as it is stored, its moment, and the size of the item in write units."""

    customer_id: str
    as_of: datetime
    document: bytes

    @property
    def units(self) -> int:
        """Write units of one put."""
        return -(-(len(self.document) + len(self.customer_id.encode()) + OVERHEAD) // UNIT)


@dataclass(frozen=True, slots=True)
class Difference:
    """The rows later than `base` (all without one) in a snapshot's files, always in the same chunks."""

    paths: Sequence[Path]
    base: datetime | None

    def sizes(self) -> tuple[int, int]:
        """How many rows, and how many write units their puts are."""
        found = [row for path in self.paths for row in _rows(path, _SIZES, self._base)]
        return sum(int(many) for many, _ in found), sum(int(units) for _, units in found)

    def chunks(self) -> Iterator[list[Row]]:
        """The rows to put."""
        for path in self.paths:
            query = f"SELECT customer_id, as_of, document {_WHERE} ORDER BY customer_id"
            yield from _chunked(
                Row(customer_id, datetime.fromtimestamp(as_of, UTC), document)
                for customer_id, as_of, document in _rows(path, query, self._base)
            )

    def changed(self, since: datetime, codes: frozenset[int] | None) -> Iterator[list[tuple[str, datetime]]]:
        """The customers of whom one of these rules (None: anything) has changed after `since`, with their profile's
        moment."""
        after = int(since.timestamp())
        for path in self.paths:
            query = f"SELECT customer_id, as_of, changed {_WHERE} ORDER BY customer_id"
            yield from _chunked(
                (customer_id, datetime.fromtimestamp(as_of, UTC))
                for customer_id, as_of, changed in _rows(path, query, self._base)
                if (as_of > after if codes is None else _has_changed(changed, codes, after))
            )

    @property
    def _base(self) -> int:
        return int(self.base.timestamp()) if self.base else 0


def _has_changed(changed: str, codes: frozenset[int], after: int) -> bool:
    return any(at > after and code in codes for code, at in unpack_changed(changed).items())


def _rows(path: Path, query: str, base: int) -> Iterator[tuple[Any, ...]]:
    with closing(connect(path.parent)) as connection:
        answer = connection.execute(query, {"path": str(path), "base": base})
        while found := answer.fetchmany(CHUNK):
            yield from found


def _chunked[T](many: Iterable[T]) -> Iterator[list[T]]:
    return (list(chunk) for chunk in batched(many, CHUNK, strict=False))
