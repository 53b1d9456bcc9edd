"""What `send` is told by its environment."""

from tandem.adapters.settings import Settings
from tandem.sending import Rules, SendMode
from tandem.sending.rules import MOST_SEGMENTS


class SendSettings(Settings):
    """`allowlist`, `sms_countries` and `push_endpoints` are comma separated. What has a default may be left out."""

    customers_table: str
    playbooks_table: str
    consents_table: str
    ledger_table: str
    bucket: str
    events_topic_arn: str
    sends_queue_url: str
    sms_per_second: float
    send_mode: SendMode
    from_address: str
    configuration_set: str = ""
    secret_arn: str
    unsubscribe_url: str
    allowlist: str = ""
    sms_sender_id: str = ""
    sms_max_price: str = ""
    sms_countries: str = ""
    sms_most_segments: int = MOST_SEGMENTS
    push_endpoints: str = ""
    webhook_url: str = ""

    def rules(self) -> Rules:
        """What may leave, and as whom."""
        return Rules(
            self.send_mode,
            self.from_address,
            _listed(self.allowlist),
            _listed(self.sms_countries),
            self.sms_most_segments,
        )


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",") if each.strip())
