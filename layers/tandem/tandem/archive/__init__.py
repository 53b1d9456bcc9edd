"""The archive: every event received, once, on S3 by received hour; refused ones apart; imported history beside them."""

from tandem.archive.batch import Delivery, Kept, keep, received_at_of
from tandem.archive.lines import Line
from tandem.archive.ports import ArchiveReader, Imports, Shelf, Unarchived

__all__ = [
    "ArchiveReader",
    "Delivery",
    "Imports",
    "Kept",
    "Line",
    "Shelf",
    "Unarchived",
    "keep",
    "received_at_of",
]
