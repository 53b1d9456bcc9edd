"""What `record` is told by its environment."""

from tandem.adapters.settings import Settings


class RecordSettings(Settings):
    """The table decisions are kept in."""

    decisions_table: str
