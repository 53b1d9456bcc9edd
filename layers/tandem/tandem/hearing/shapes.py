"""The JSON of SES's events, one shape a type. SES may add fields, and does: what is not known here is left alone."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tandem.hearing.heard import Kind

_LONGEST_DETAIL: Final = 300
_LONGEST_LINK: Final = 2000
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]:;,\"']+@[^\s<>()\[\]:;,\"']+")


@dataclass(frozen=True, slots=True)
class Told:
    """What an event's own part says. `at` is ISO 8601, empty where it happened as the message left."""

    kind: Kind
    at: str = ""
    recipients: tuple[str, ...] = ()
    lasting: bool = False
    agent: str | None = None
    link: str = ""
    detail: str = ""


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: object) -> object:
        return {key: value for key, value in data.items() if value is not None} if isinstance(data, dict) else data


class Mail(_Shape):
    """The message, as each event describes it. A tag has a list of values."""

    timestamp: str
    message_id: str = Field(alias="messageId", min_length=1, max_length=256)
    destination: tuple[str, ...] = ()
    tags: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)


class _Recipient(_Shape):
    address: str = Field("", alias="emailAddress")
    status: str = ""
    diagnostic: str = Field("", alias="diagnosticCode")

    def answer(self) -> str:
        """What the recipient's server said: `5.1.1 smtp; 550 5.1.1 user unknown`."""
        return f"{self.status} {self.diagnostic}".strip()


_Recipients = tuple[_Recipient, ...]


class _Send(_Shape):
    def told(self) -> Told:
        return Told(Kind.SENT)


class _Delivery(_Shape):
    timestamp: str
    recipients: tuple[str, ...] = ()

    def told(self) -> Told:
        return Told(Kind.DELIVERED, self.timestamp, self.recipients)


class _Bounce(_Shape):
    timestamp: str
    type: str = Field(alias="bounceType")
    subtype: str = Field("", alias="bounceSubType")
    recipients: _Recipients = Field((), alias="bouncedRecipients")

    def told(self) -> Told:
        """`Permanent` is lasting; `Transient` and `Undetermined` are not."""
        detail = _plain(f"{self.type}/{self.subtype}", *(each.answer() for each in self.recipients))
        lasting = self.type == "Permanent"
        return Told(Kind.BOUNCED, self.timestamp, _addresses(self.recipients), lasting=lasting, detail=detail)


class _Complaint(_Shape):
    timestamp: str
    type: str = Field("", alias="complaintFeedbackType")
    subtype: str = Field("", alias="complaintSubType")
    recipients: _Recipients = Field((), alias="complainedRecipients")

    def told(self) -> Told:
        """Of type `not-spam` somebody took the message out of the spam folder: that is no complaint."""
        if self.type == "not-spam":
            return Told(Kind.SENT)
        return Told(
            Kind.COMPLAINED, self.timestamp, _addresses(self.recipients), detail=_plain(self.type, self.subtype)
        )


class _Delay(_Shape):
    timestamp: str
    type: str = Field("", alias="delayType")
    recipients: _Recipients = Field((), alias="delayedRecipients")

    def told(self) -> Told:
        detail = _plain(self.type, *(each.answer() for each in self.recipients))
        return Told(Kind.DELAYED, self.timestamp, _addresses(self.recipients), detail=detail)


class _Reject(_Shape):
    reason: str = ""

    def told(self) -> Told:
        return Told(Kind.REJECTED, detail=_plain(self.reason))


class _Failure(_Shape):
    message: str = Field("", alias="errorMessage")

    def told(self) -> Told:
        """Of SES's own templates, which Tandem does not use: the message did not leave SES."""
        return Told(Kind.REJECTED, detail=_plain("Rendering Failure", self.message))


class _Open(_Shape):
    timestamp: str
    agent: str = Field("", alias="userAgent")

    def told(self) -> Told:
        return Told(Kind.OPENED, self.timestamp, agent=self.agent)


class _Click(_Shape):
    timestamp: str
    agent: str = Field("", alias="userAgent")
    link: str = ""

    def told(self) -> Told:
        return Told(Kind.CLICKED, self.timestamp, agent=self.agent, link=self.link[:_LONGEST_LINK])


Part = _Send | _Delivery | _Bounce | _Complaint | _Delay | _Reject | _Failure | _Open | _Click
# By `eventType`: where its own part is, and of which shape that is.
PARTS: Final[Mapping[str, tuple[str, type[Part]]]] = {
    "Send": ("send", _Send),
    "Delivery": ("delivery", _Delivery),
    "Bounce": ("bounce", _Bounce),
    "Complaint": ("complaint", _Complaint),
    "DeliveryDelay": ("deliveryDelay", _Delay),
    "Reject": ("reject", _Reject),
    "Rendering Failure": ("failure", _Failure),
    "Open": ("open", _Open),
    "Click": ("click", _Click),
}


def _addresses(recipients: _Recipients) -> tuple[str, ...]:
    return tuple(each.address for each in recipients)


def _plain(*words: str) -> str:
    """One line, without the addresses that servers like to repeat: the ledger holds none."""
    line = " ".join(" ".join(_printable(words)).split())
    return _ADDRESS.sub("<address>", line)[:_LONGEST_DETAIL]


def _printable(words: Iterable[str]) -> Iterable[str]:
    return ("".join(letter if letter.isprintable() else " " for letter in word) for word in words if word)
