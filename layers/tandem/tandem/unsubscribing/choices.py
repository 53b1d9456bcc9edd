"""What the page offers to choose from, and what a choice says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tandem.customer import GRANTED, Channel, Customer
from tandem.customer.consent import address_hash, consent_key_of
from tandem.events.identity import EVERYTHING, MARKETING
from tandem.unsubscribing.asked import Asked, Choose, Everything, Name, OneClick
from tandem.unsubscribing.token import Ticket


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the page: whether messages by this channel for this purpose may be sent."""

    name: Name
    on: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """All lines, those of the link's own channel first. `stopped`: everything by that channel is."""

    lines: tuple[Choice, ...]
    stopped: bool

    def is_on(self, name: Name) -> bool:
        """Whether it may be sent."""
        return any(line.on for line in self.lines if line.name == name)


def own(customer: Customer | None, ticket: Ticket) -> Customer | None:
    """The customer, if the link was sent to whom they still are: who got mail of another's is told nothing of them."""
    if customer is None or address_hash(ticket.channel, customer.address(ticket.channel)) != ticket.address_hash:
        return None
    return customer


def keys_of(ticket: Ticket, customer: Customer | None) -> dict[tuple[Channel, str], str]:
    """The consent items that the page shows, by what they are about: all that anybody may have said a word on."""
    names = {(ticket.channel, purpose) for purpose in (ticket.purpose, MARKETING, EVERYTHING)}
    if customer:
        names |= set(_said(customer))
    hashes = {channel: hash_of(channel, ticket, customer) for channel, _ in names}
    return {name: consent_key_of(hashes[name[0]], name[1]) for name in names if hashes[name[0]]}


def hash_of(channel: Channel, ticket: Ticket, customer: Customer | None) -> str:
    """The hash of the address by a channel: the link's own, or the customer's; empty where there is none."""
    if channel is ticket.channel:
        return ticket.address_hash
    address = customer.address(channel) if customer else ""
    return address_hash(channel, address) if address else ""


def choices(ticket: Ticket, keys: Mapping[Name, str], held: Mapping[str, bool]) -> Choices:
    """Of the link's channel what there is an item for, and what the send was for; of others only what is on."""
    said = {name: held[key] for name, key in keys.items() if key in held}
    own_name = (ticket.channel, ticket.purpose)
    stopped = {channel for (channel, purpose), yes in said.items() if purpose == EVERYTHING and not yes}
    shown = sorted({*said, own_name}, key=lambda name: (name[0] is not ticket.channel, name[0], name != own_name, name))
    lines = (Choice(name, said.get(name, False) and name[0] not in stopped) for name in shown if name[1] != EVERYTHING)
    return Choices(
        tuple(line for line in lines if line.on or line.name[0] is ticket.channel),
        stopped=ticket.channel in stopped,
    )


def spoken(asked: Asked, ticket: Ticket) -> list[tuple[Name, bool]]:
    """The words of a request, noes first: whatever fails half way, nothing was allowed that should not be.

    Only the link's own address can say yes: a link may have been passed on, and says nothing of other channels.
    """
    match asked:
        case OneClick():
            return [((ticket.channel, ticket.purpose), False)]
        case Everything():
            return [((ticket.channel, EVERYTHING), False)]
        case Choose():
            return list(_chosen(asked, ticket.channel))
        case _:
            return []


def _chosen(chosen: Choose, channel: Channel) -> Iterator[tuple[Name, bool]]:
    mine = {name for name in chosen.shown if name[0] is channel}
    yes = (chosen.on - chosen.ticked) & mine
    no = chosen.ticked - chosen.on
    lifts = chosen.lifts and bool(yes)
    # What is not ticked was stopped with everything else: it must not come back with what is.
    for name in sorted(no | (mine - yes if lifts else set())):
        yield name, False
    for name in sorted(yes):
        yield name, True
    if lifts:
        yield (channel, EVERYTHING), True


def _said(customer: Customer) -> Iterator[Name]:
    """Purposes of which the customer said a word; of other channels than the link's, those with a yes matter alone."""
    for name, said in customer.consents.items():
        channel, _, purpose = str(name).partition("/")
        if channel in Channel and said.value:
            yield Channel(channel), purpose or MARKETING
            if said.value == GRANTED:
                yield Channel(channel), EVERYTHING
