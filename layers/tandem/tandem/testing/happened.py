"""What happens in a world, in the order it happens."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, assert_never

from tandem.content import Content, Mail, Note, Sms, render
from tandem.customer import Channel, Send
from tandem.decisions import Decision, Outcome
from tandem.sending import Refused


@dataclass(frozen=True, slots=True)
class Came:
    """An event was received (`at`, UTC)."""

    at: datetime
    customer_id: str
    type: str
    properties: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decided:
    """Something was decided, perhaps for nothing."""

    at: datetime
    customer_id: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Message:
    """A message that left at `at` (UTC)."""

    at: datetime
    send: Send
    content: Content = field(repr=False)

    @property
    def customer_id(self) -> str:
        """Whom it went to."""
        return self.send.customer_id

    @property
    def campaign(self) -> str:
        """What it said."""
        return self.send.campaign

    @property
    def channel(self) -> Channel:
        """By which way it left."""
        return self.send.channel

    @property
    def template(self) -> str:
        """The words that were chosen."""
        return self.send.template

    @property
    def subject(self) -> str:
        """A mail's subject, or what a push or a webhook is titled; empty of a text message."""
        match render(self.content, self.send):
            case Mail(subject=title) | Note(title=title):
                return title
            case Sms():
                return ""
            case other:
                assert_never(other)

    @property
    def text(self) -> str:
        """What it said, as plain text."""
        return render(self.content, self.send).text

    @property
    def link(self) -> str:
        """Where a push or a webhook leads to; empty of a mail and of a text message, which have it in their text."""
        words = render(self.content, self.send)
        return words.url if isinstance(words, Note) else ""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A message was decided, and `send` refused it at `at` (UTC)."""

    at: datetime
    send: Send
    refused: Refused

    @property
    def customer_id(self) -> str:
        """Whom it would have gone to."""
        return self.send.customer_id


Happened = Came | Decided | Message | HeldBack


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a campaign for a customer at one time: a decision's outcome, or a reason of `send`."""

    campaign: str
    reason: str


def fates(each: Happened) -> Iterator[Fate]:
    """What campaigns came to by this."""
    match each:
        case Decided(decision=decision):
            yield from (Fate(candidate.campaign, candidate.outcome.value) for candidate in decision.candidates)
        case Message(send=send):
            yield Fate(send.campaign, Outcome.CHOSEN.value)
        case HeldBack(send=send, refused=refused):
            yield Fate(send.campaign, refused.reason.value)
        case _:
            pass
