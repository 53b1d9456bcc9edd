"""What `send` is told by its environment."""

from tandem.adapters.settings import Settings
from tandem.sending import Rules, SendMode


class SendSettings(Settings):
    """`allowlist` is comma separated; it and `sms_sender_id` may be left out."""

    customers_table: str
    playbooks_table: str
    consents_table: str
    ledger_table: str
    bucket: str
    events_topic_arn: str
    send_mode: SendMode
    from_address: str
    secret_arn: str
    allowlist: str = ""
    sms_sender_id: str = ""

    def rules(self) -> Rules:
        """What may leave, and as whom."""
        listed = (address.strip() for address in self.allowlist.split(","))
        return Rules(self.send_mode, self.from_address, frozenset(address for address in listed if address))
