"""What `feedback` is told by its environment."""

from tandem.adapters.settings import Settings


class FeedbackSettings(Settings):
    """The tables of addresses and sends, the door, and the dead letters."""

    consents_table: str
    ledger_table: str
    events_topic_arn: str
    feedback_dlq_url: str
