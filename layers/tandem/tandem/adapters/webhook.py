"""A message handed to another tool: a signed POST of its JSON to the address that the stack was given."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final, assert_never

from tandem.adapters.https_post import Forbidden, HttpsPost, Lost, NotReached, Posted, Reply
from tandem.content.plain import one_line
from tandem.errors import Unavailable
from tandem.sending.outcome import Reason
from tandem.sending.ports import Abilities, Accepted, Answer, Envelope, NoAnswer, NotTaken, Rejected

# It has not been looked at: too early, too slow, too many. A conflict is otherwise: a first try may be at work.
_LATER: Final = frozenset((HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS))
_LONGEST_DETAIL: Final = 300
_LONGEST_ID: Final = 200


def signature(key: bytes, body: bytes, at: datetime) -> str:
    """The header's value: the moment, and HMAC-SHA256 over the moment and the body, in hex."""
    seconds = int(at.timestamp())
    digest = hmac.digest(key, f"{seconds}.".encode() + body, "sha256")
    return f"t={seconds},v1={digest.hex()}"


@dataclass(frozen=True, slots=True)
class Webhook:
    """A Provider. `key` signs, and may raise Unavailable; `clock` is aware."""

    url: str
    key: Callable[[], bytes]
    clock: Callable[[], datetime]
    post: Callable[[str, dict[str, str], bytes], Posted] = field(default_factory=HttpsPost)

    @property
    def abilities(self) -> Abilities:
        """Idempotent: the receiver keeps the key of what it took. So a lost answer is no reason to give up."""
        return Abilities(idempotent=True)

    def send(self, envelope: Envelope) -> Answer:
        """One POST."""
        body = envelope.body if isinstance(envelope.body, bytes) else envelope.body.encode("utf-8", "replace")
        try:
            signed = signature(self.key(), body, self.clock())
        except Unavailable as error:
            return NotTaken(str(error))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": envelope.id,
            "Tandem-Signature": signed,
            "User-Agent": "Tandem",
        }
        return _read(self.post(self.url, headers, body), envelope.id)


def _read(posted: Posted, own_id: str) -> Answer:
    match posted:
        case NotReached(detail):
            return NotTaken(detail)
        case Forbidden(detail):
            return Rejected(Reason.NOT_DELIVERABLE, detail)
        case Lost(detail):
            return NoAnswer(detail)
        case Reply():
            return _replied(posted, own_id)
        case _:
            assert_never(posted)


def _replied(reply: Reply, own_id: str) -> Answer:
    status = reply.status
    detail = one_line(f"{status}: {reply.body}", _LONGEST_DETAIL)
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Accepted(one_line(reply.headers.get("x-message-id", ""), _LONGEST_ID) or own_id)
    if status in _LATER or (status == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in reply.headers):
        return NotTaken(detail)
    if status == HTTPStatus.CONFLICT or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return NoAnswer(detail)
    return Rejected(Reason.PROVIDER_REJECTED, detail)
