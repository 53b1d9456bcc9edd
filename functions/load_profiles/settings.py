"""What load_profiles needs from its environment."""

from tandem.adapters.settings import Settings as Base


class Settings(Base):
    """`bucket` holds the snapshots and playbooks, `profiles_table` is where profiles are put.

    Who is told of a new profile goes by the playbook that `playbooks_table` names, and is told in the events queue.
    `tombstones_table` says who was erased. Dates that come back are events like any other: published to the topic.
    """

    bucket: str
    profiles_table: str
    playbooks_table: str
    tombstones_table: str
    events_queue_url: str
    events_topic_arn: str
