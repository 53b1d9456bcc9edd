"""What `record` is told by its environment."""

from tandem.adapters.settings import Settings


class RecordSettings(Settings):
    """The table decisions are kept in, and the one that tells of whom none is kept any more."""

    decisions_table: str
    tombstones_table: str
