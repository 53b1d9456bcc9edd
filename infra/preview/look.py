"""A campaign's message to one person, by every channel that the campaign names: put together as `send` does it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from infra.preview.made_up import Person, place_of
from infra.preview.reading import Mail, read_mail
from infra.preview.texts import Text
from tandem.content import Content
from tandem.customer import Channel, Send
from tandem.playbook import Campaign, Playbook
from tandem.sending import Envelope, Refused
from tandem.sending.address import deliverable
from tandem.sending.compose import compose
from tandem.unsubscribing import Links

SENDER: Final = "shop@example.com"
_NO_KEY: Final = b"nobody's: a link of a preview opens nothing"


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked at: a campaign of a playbook, with its words."""

    playbook: Playbook
    content: Content
    campaign: Campaign


@dataclass(frozen=True, slots=True)
class Look:
    """What came of it. `mail` and `text` are None where the campaign has no such channel, or where it would be refused:
    then `refused` says why. `notes` are the documents of a push and a webhook. `folder` is the playbook's on disk, or
    None; `others` are other ways to look at the campaign, each with its command."""

    subject: Subject
    person: Person
    at: datetime
    mail: Mail | None = None
    text: Text | None = None
    notes: Mapping[Channel, str] = field(default_factory=dict)
    refused: Mapping[Channel, str] = field(default_factory=dict)
    folder: Path | None = None
    others: tuple[tuple[str, str], ...] = ()

    @property
    def send(self) -> Send:
        """The message as a decision would have made it."""
        return self.person.send


@dataclass(frozen=True, slots=True)
class Sender:
    """As whom a mail leaves: the address, and where its link to unsubscribe leads."""

    address: str = SENDER
    unsubscribe: str = "https://unsubscribe.example.com"


def look(
    subject: Subject,
    person: Person,
    *,
    at: datetime,
    sender: Sender,
    folder: Path | None = None,
    others: tuple[tuple[str, str], ...] = (),
) -> Look:
    """Puts the message together for every channel of the campaign, at `at` (aware)."""
    made = {channel: _made(subject, person, channel, at, sender) for channel in subject.campaign.channels}
    bodies = {channel: ready.body for channel, ready in made.items() if isinstance(ready, Envelope)}
    mail, text = bodies.pop(Channel.EMAIL, None), bodies.pop(Channel.SMS, None)
    return Look(
        subject,
        person,
        at,
        mail=read_mail(mail) if isinstance(mail, bytes) else None,
        text=Text(text) if isinstance(text, str) else None,
        notes={channel: _document(str(body)) for channel, body in bodies.items()},
        refused={channel: ready.detail for channel, ready in made.items() if isinstance(ready, Refused)},
        folder=folder,
        others=others,
    )


def _made(subject: Subject, person: Person, channel: Channel, at: datetime, sender: Sender) -> Envelope | Refused:
    send = person.send
    address = person.addresses.get(channel, "")
    there = address if deliverable(channel, address) else place_of(channel)
    send = replace(send, channel=channel, address=there)
    link = Links(sender.unsubscribe, _NO_KEY).of(send)
    return compose(send, subject.content, sender.address, at, unsubscribe_url=link)


def _document(body: str) -> str:
    """JSON for reading, that of a push with its forms unfolded."""
    found = json.loads(body)
    unfolded = {
        name: json.loads(value) if isinstance(value, str) and value.startswith("{") else value
        for name, value in found.items()
    }
    return json.dumps(unfolded, ensure_ascii=False, indent=2)
