"""What build_profiles needs from its environment."""

from tandem.adapters.settings import Settings as Base


class Settings(Base):
    """`bucket` holds the archive, the order histories, the playbooks, and takes imports and snapshots.

    The archive's two queues tell what is not in the archive yet, `tombstones_table` who was erased.
    """

    bucket: str
    playbooks_table: str
    tombstones_table: str
    archive_queue_url: str
    archive_dlq_url: str
