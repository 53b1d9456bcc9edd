"""What the customer's record is told of a send: that it left, that it will not, or that it has to be decided anew.

An event like any other, by the door. Told again it is the same event: it counts once.
"""

from datetime import datetime
from typing import Any, assert_never

from tandem.customer import Send, effect_document
from tandem.customer.consent import address_hash
from tandem.events import EventType, digest
from tandem.events.times import to_text
from tandem.sending.outcome import COMES_BACK, Reason, Recorded, Refused, Sent, Shadowed


def news_of(send: Send, result: Recorded, at: datetime) -> dict[str, Any]:
    """The event's envelope. `at` (aware) is when the ledger's row was finished."""
    return _envelope(*_said(send, result), send, at)


def dead_end(send: Send, result: Recorded, at: datetime) -> dict[str, Any] | None:
    """A lasting bounce, where the provider said that there is nobody at the address any more; else None."""
    if not (isinstance(result, Refused) and result.reason is Reason.ENDPOINT_DEAD):
        return None
    said = {"address_hash": address_hash(send.channel, send.address), "lasting": True}
    return _envelope(EventType.MESSAGE_BOUNCED, said, send, at)


def _envelope(kind: EventType, said: dict[str, Any], send: Send, at: datetime) -> dict[str, Any]:
    return {
        "v": 1,
        "event_id": digest(kind, send.id),
        "type": kind.value,
        "customer_id": send.customer_id,
        "occurred_at": to_text(at),
        "properties": {"send_id": send.id, "campaign": send.campaign, "channel": send.channel.value, **said},
    }


def _said(send: Send, result: Recorded) -> tuple[EventType, dict[str, Any]]:
    match result:
        case Sent(provider_id, segments):
            return EventType.MESSAGE_SENT, {"shadow": False, "provider_id": provider_id, **_counted(segments)}
        case Shadowed(segments):
            return EventType.MESSAGE_SENT, {"shadow": True, **_counted(segments)}
        case Refused(reason) if reason in COMES_BACK:
            return EventType.SEND_EXPIRED, {"send": effect_document(send), "reason": reason.value}
        case Refused(reason, detail):
            return EventType.MESSAGE_REFUSED, {"reason": reason.value, "detail": detail}
        case _:
            assert_never(result)


def _counted(segments: int) -> dict[str, int]:
    return {"segments": segments} if segments else {}
