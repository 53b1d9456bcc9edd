"""What `archive` is told by its environment."""

from tandem.adapters.settings import Settings


class ArchiveSettings(Settings):
    """The bucket of the archive."""

    bucket: str
