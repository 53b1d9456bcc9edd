"""What the provider tells of the day's mails: the events that SES would publish. The local stack publishes none.

Made up, from a seed: who opened a mail and who followed a link, how soon, and whose mailbox was full. Everything that
follows of it is real: `feedback` reads it, marks the ledger and tells the customers.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from random import Random
from typing import Any, Final

from infra.explain import LedgerRow
from tandem.events.times import to_text
from tandem.sending import Status

FULL: Final = 0.02  # mailboxes: the mail comes back, and the next one may arrive
PREVIEWED: Final = 0.2  # opened by a program of the mailbox, whether anybody looks or not
OPENED: Final = 0.45
CLICKED: Final = 0.3  # of those who opened it
_PERSON: Final = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_PROXY: Final = "Mozilla/5.0"
MADE_UP: Final = (
    "what the provider told: who opened a mail, who followed a link and whose mailbox was full is drawn from a fixed "
    "seed. Nobody was written to, so who got a mail and who was held out differ by chance alone. Orders are real, "
    "their times of day are not; the day is over long before a goal's time is."
)
_MOST: Final = 10  # messages a call
Told = dict[str, Any]


def tell(rows: Iterable[LedgerRow], sqs: Any, queue_url: str, *, seed: int) -> int:
    """Puts what SES would tell of these rows' mails where its topic delivers it; how many events that were."""
    told = [each for row in rows for each in ses_events(row, Random(f"{seed} {row.id}"))]
    for batch in batched(told, _MOST, strict=False):
        entries = [{"Id": str(at), "MessageBody": json.dumps(each)} for at, each in enumerate(batch)]
        sqs.send_message_batch(QueueUrl=queue_url, Entries=entries)
    return len(told)


def ses_events(row: LedgerRow, chance: Random) -> Iterator[Told]:
    """The events of one message that left; none of a text message. The same `chance` gives the same events."""
    if row.status is not Status.SENT or row.channel != "email":
        return
    draw = [chance.random() for _ in range(4)]
    left = row.at
    if draw[0] < FULL:
        yield _event(row, "Bounce", left, {**_at(left, 2), "bounceType": "Transient", "bounceSubType": "MailboxFull"})
        return
    yield _event(row, "Delivery", left, _at(left, 1))
    if draw[1] < PREVIEWED:
        yield _event(row, "Open", left, {**_at(left, 2), "userAgent": _PROXY})
    if draw[2] < OPENED:
        opened = 8 + 20 * chance.random()
        yield _event(row, "Open", left, {**_at(left, opened), "userAgent": _PERSON})
        if draw[3] < CLICKED:
            link = {"userAgent": _PERSON, "link": "https://shop.example.com/"}
            yield _event(row, "Click", left, {**_at(left, opened + 4), **link})


def _at(left: datetime, seconds: float) -> Told:
    return {"timestamp": to_text(left + timedelta(seconds=seconds))}


def _event(row: LedgerRow, kind: str, left: datetime, said: Told) -> Told:
    tags = {"decision": [row.id], "campaign": [row.campaign]}
    mail = {"timestamp": to_text(left), "messageId": row.provider_id, "tags": tags}
    return {"eventType": kind, "mail": mail, kind.lower(): said}
