"""The links that mails carry."""

from dataclasses import dataclass, field

from tandem.customer import Channel, Send
from tandem.customer.consent import address_hash
from tandem.unsubscribing.token import Ticket, token_of


@dataclass(frozen=True, slots=True)
class Links:
    """`base` is the https address that answers, `key` what tokens are signed with. Without a base there is no link."""

    base: str = ""
    key: bytes = field(default=b"", repr=False)

    def of(self, send: Send) -> str:
        """The send's own link, or an empty string: only mails have one, and none that is transactional."""
        if not self.base or send.channel is not Channel.EMAIL or send.transactional:
            return ""
        ticket = Ticket(send.channel, send.purpose, send.id, address_hash(send.channel, send.address))
        return f"{self.base.rstrip('/')}/{token_of(ticket, self.key)}"
