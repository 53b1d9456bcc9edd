"""What leaves, by kind of channel."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mail:
    """An email's parts, and the language that they are in."""

    subject: str
    html: str
    text: str
    locale: str = ""


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message, and how many parts it is paid as."""

    text: str
    segments: int


@dataclass(frozen=True, slots=True)
class Note:
    """What an app shows: a title, one line, and where a tap leads to."""

    title: str
    text: str
    url: str
    locale: str


Message = Mail | Sms | Note
