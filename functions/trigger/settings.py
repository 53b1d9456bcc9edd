"""What `trigger` is told by its environment."""

from tandem.adapters.settings import Settings


class TriggerSettings(Settings):
    """Tables, queues, the event bus, and the group, role and limits of schedules."""

    customers_table: str
    profiles_table: str
    playbooks_table: str
    tombstones_table: str
    consents_table: str
    bucket: str
    events_queue_url: str
    events_queue_arn: str
    events_dlq_url: str
    sends_queue_url: str
    records_queue_url: str
    schedule_group: str
    schedule_role_arn: str
    schedule_dlq_arn: str
    schedule_after_seconds: int
    event_bus_name: str
