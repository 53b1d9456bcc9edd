"""What `unsubscribe` is told by its environment."""

from tandem.adapters.settings import Settings


class UnsubscribeSettings(Settings):
    """`from_address` is who the page says that the messages come from."""

    consents_table: str
    ledger_table: str
    customers_table: str
    events_topic_arn: str
    secret_arn: str
    from_address: str
