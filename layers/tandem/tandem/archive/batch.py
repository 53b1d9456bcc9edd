"""A batch of deliveries becomes objects: one an hour for what is understood, one an hour for what is refused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from tandem.archive.keys import ARCHIVE, REFUSED, folder_of, key_of
from tandem.archive.lines import VERSION, Line, moment_text, write_lines
from tandem.archive.ports import Shelf
from tandem.errors import BadEvent, Unavailable
from tandem.events import parse
from tandem.events.event import Json
from tandem.events.parse import INTERNAL
from tandem.events.reading import read_object
from tandem.events.times import read_time

_NOTHING: Final[Json] = {}


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message of the archive's queue; `sent_at` (aware) is when it was put there."""

    id: str
    body: str
    sent_at: datetime


@dataclass(slots=True)
class Kept:
    """`failed` are the deliveries to bring again; the rest counts what lies on S3 now.

    `broken` are deliveries that could not even be refused, and why: a defect, to be looked at.
    """

    failed: set[str] = field(default_factory=set)
    archived: int = 0
    refused: int = 0
    objects: int = 0
    broken: list[tuple[str, Exception]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One line to be. `message` identifies what was published: SNS's id, or SQS's where there is none."""

    message: str
    folder: str
    received_at: datetime
    document: Mapping[str, Any]


@dataclass(slots=True)
class _Parcel:
    """The object of one folder, and whose it is."""

    entries: dict[str, _Entry] = field(default_factory=dict)
    deliveries: set[str] = field(default_factory=set)

    def data(self) -> bytes:
        ordered = sorted(self.entries.values(), key=lambda entry: (entry.received_at, entry.message))
        file = BytesIO()
        write_lines([entry.document for entry in ordered], file)
        return file.getvalue()


def keep(deliveries: Iterable[Delivery], shelf: Shelf) -> Kept:
    """Archives a batch. A put that fails fails the deliveries of its object alone; nothing is raised for it.

    The same deliveries again, in any order, write the same objects again.
    """
    kept = Kept()
    for folder, parcel in _group(deliveries, kept).items():
        try:
            shelf.put(key_of(folder, parcel.entries), parcel.data())
        except Unavailable:
            kept.failed |= parcel.deliveries
            continue
        kept.objects += 1
        if folder.startswith(ARCHIVE):
            kept.archived += len(parcel.entries)
        else:
            kept.refused += len(parcel.entries)
    return kept


def received_at_of(body: str, sent_at: datetime) -> datetime:
    """When a message was received by the door; `sent_at` where it does not say so."""
    try:
        return read_time(read_object(body).get("Timestamp"), "Timestamp")
    except BadEvent:
        return sent_at


def _group(deliveries: Iterable[Delivery], kept: Kept) -> dict[str, _Parcel]:
    parcels: dict[str, _Parcel] = {}
    for delivery in deliveries:
        try:
            entry = _read(delivery)
        except Exception as error:  # noqa: BLE001 - whatever is wrong with one message, the others are archived
            kept.broken.append((delivery.id, error))
            kept.failed.add(delivery.id)
            continue
        parcel = parcels.setdefault(entry.folder, _Parcel())
        parcel.entries.setdefault(entry.message, entry)
        parcel.deliveries.add(delivery.id)
    return parcels


def _read(delivery: Delivery) -> _Entry:
    outer = _NOTHING
    try:
        outer = read_object(delivery.body)
        event = parse(delivery.body, delivery.sent_at)
    except BadEvent as bad:
        return _refused(delivery, _name(outer, delivery), bad)
    if event.type in INTERNAL:  # it was sent straight to this queue, which nobody may
        return _refused(delivery, _name(outer, delivery), BadEvent("wrong_door", "type"))
    line = Line(event.received_at, str(outer["Message"]))
    folder = folder_of(ARCHIVE, event.received_at)
    return _Entry(_name(outer, delivery), folder, event.received_at, line.document())


def _refused(delivery: Delivery, message: str, bad: BadEvent) -> _Entry:
    received_at = received_at_of(delivery.body, delivery.sent_at)
    document = {
        "v": VERSION,
        "received_at": moment_text(received_at),
        "reason": bad.reason,
        "field": bad.field,
        "body": delivery.body,
    }
    return _Entry(message, folder_of(REFUSED, received_at), received_at, document)


def _name(outer: Json, delivery: Delivery) -> str:
    given = outer.get("MessageId")
    return given if isinstance(given, str) and given else delivery.id
