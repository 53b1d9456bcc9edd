"""The word that is written for an address which takes nothing any more."""

from datetime import datetime

from tandem.customer import Send, SetConsent
from tandem.events import digest
from tandem.events.identity import EVERYTHING


def no_more(send: Send, at: datetime) -> SetConsent:
    """A no to everything, as of `at`."""
    return SetConsent(
        id=digest("no_more", send.id),
        channel=send.channel,
        address=send.address,
        granted=False,
        said_at=at,
        not_after=send.not_after,
        purpose=EVERYTHING,
    )
