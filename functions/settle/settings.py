"""What `settle` is told by its environment."""

from datetime import timedelta

from tandem.adapters.settings import Settings


class SettleSettings(Settings):
    """`settle_after_minutes`: for so long a provider's own events are waited for.

    Of each queue of dead letters the queue that they came from; those of the archive go into the bucket.
    """

    ledger_table: str
    playbooks_table: str
    settle_after_minutes: int
    events_queue_url: str
    sends_queue_url: str
    records_queue_url: str
    feedback_queue_url: str
    events_dlq_url: str
    timers_dlq_url: str
    undelivered_dlq_url: str
    sends_dlq_url: str
    records_dlq_url: str
    feedback_dlq_url: str
    archive_dlq_url: str
    bucket: str

    @property
    def patience(self) -> timedelta:
        """The same as a duration."""
        return timedelta(minutes=self.settle_after_minutes)

    @property
    def ways_home(self) -> dict[str, tuple[str, str]]:
        """Of each kind of dead letters where they lie and where they go back to."""
        return {
            "events": (self.events_dlq_url, self.events_queue_url),
            "timers": (self.timers_dlq_url, self.events_queue_url),
            "undelivered": (self.undelivered_dlq_url, self.events_queue_url),
            "sends": (self.sends_dlq_url, self.sends_queue_url),
            "records": (self.records_dlq_url, self.records_queue_url),
            "feedback": (self.feedback_dlq_url, self.feedback_queue_url),
        }
