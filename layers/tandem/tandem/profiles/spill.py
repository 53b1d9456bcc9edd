"""Events on the disk, apart by customer, so that only some customers' events are in memory at once."""

import pickle
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Self

from tandem.events import Event, digest

SLICES: Final = 8  # files a partition
MOST_AT_ONCE: Final = 50_000  # events


def bucket_of(customer_id: str, buckets: int) -> int:
    """Which of so many buckets a customer belongs to, for ever."""
    return int(digest("partition", customer_id), 16) % buckets


class Spill:
    """Takes events in any order; gives them back by customer, partition by partition. Close it in the end."""

    def __init__(self, folder: Path, partitions: int) -> None:
        self.partitions = partitions
        self._buckets = partitions * SLICES
        self._paths = [folder / f"events-{bucket}" for bucket in range(self._buckets)]
        self._files: list[IO[bytes]] = [path.open("wb") for path in self._paths]
        self._counts = [0] * self._buckets

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for file, path in zip(self._files, self._paths, strict=True):
            file.close()
            path.unlink(missing_ok=True)

    def add(self, event: Event) -> None:
        """Takes an event."""
        bucket = bucket_of(event.customer_id, self._buckets)
        pickle.dump(event, self._files[bucket], pickle.HIGHEST_PROTOCOL)
        self._counts[bucket] += 1

    def groups(self, partition: int) -> Iterator[dict[str, list[Event]]]:
        """The events of a partition by customer; each customer is in one group, whole."""
        group: dict[str, list[Event]] = defaultdict(list)
        held = 0
        for bucket in range(partition, self._buckets, self.partitions):
            if held and held + self._counts[bucket] > MOST_AT_ONCE:
                yield group
                group, held = defaultdict(list), 0
            for event in self._read(bucket):
                group[event.customer_id].append(event)
            held += self._counts[bucket]
        if held:
            yield group

    def _read(self, bucket: int) -> Iterator[Event]:
        self._files[bucket].flush()
        with self._paths[bucket].open("rb") as file:
            for _ in range(self._counts[bucket]):
                event: Event = pickle.load(file)  # noqa: S301 - this process wrote it
                yield event
