"""What a test expects. What was not so is told with all that happened instead."""

from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, Never

from tandem.decisions import Outcome
from tandem.journeys.advance import EXIT
from tandem.sending import Reason
from tandem.testing.happened import Fate, Happened, Message, fates
from tandem.testing.moments import shown, shows
from tandem.testing.person import Person
from tandem.testing.stage import Stage
from tandem.testing.story import story

REASONS: Final = (*(each.value for each in Outcome), *(each.value for each in Reason))


@dataclass(slots=True, repr=False)
class Expect:
    """Each message is expected once: `sent` takes them in the order they left, `nothing` says that none is left over.

    `to` is for tests with several customers; without it all are meant. Times of day are the customer's own.
    """

    stage: Stage
    _taken: list[Message] = field(default_factory=list)

    def sent(
        self,
        campaign: str,
        *,
        channel: str | None = None,
        at: str | None = None,
        template: str | None = None,
        variant: str | None = None,
        to: Person | None = None,
    ) -> Message:
        """The campaign's next message has left: by this channel, at this time (`09:00`, or `2026-03-29 09:00`), with
        these words. Fails otherwise; raises ValueError for a campaign that no playbook has."""
        __tracebackhide__ = True
        self._check_campaign(campaign)
        what = _described(campaign, channel=channel, at=at, template=template, variant=variant, to=to)
        found = self._left_over(campaign, to)
        if not found:
            again = " again" if any(each.campaign == campaign for each in self._taken) else ""
            self._fail(f"Expected {what}. It was not sent{again}.", to)
        message = found[0]
        zone = self.stage.zone_of(message.customer_id)
        wrong = [
            f"{name} was {was}"
            for name, told, was in (
                ("the channel", channel, message.channel.value),
                ("the template", template, message.template),
                ("the variant", variant, message.send.variant),
            )
            if told is not None and told != was
        ]
        if at is not None and not shows(message.at, zone, at):
            wrong.append(f"it left at {shown(message.at, zone)} ({zone})")
        if wrong:
            self._fail(f"Expected {what}. It was sent, but {' and '.join(wrong)}.", to)
        self._taken.append(message)
        return message

    def nothing(self, campaign: str | None = None, *, because: str | None = None, to: Person | None = None) -> None:
        """No message has left (of the campaign, where one is named) that was not expected yet.

        `because` is a reason of docs/words.md: the last that is known of the campaign is that it was held back so; or,
        where none is named, that something was held back so when something was decided last.
        """
        __tracebackhide__ = True
        if campaign is not None:
            self._check_campaign(campaign)
        if because is not None and because not in REASONS:
            raise ValueError(f"{because} is no reason there is{_near(because, REASONS)}")
        if found := self._left_over(campaign, to):
            zone = self.stage.zone_of(found[0].customer_id)
            left = ", ".join(f"{each.campaign} by {each.channel} at {shown(each.at, zone)}" for each in found)
            self._fail(f"Expected nothing{f' of {campaign}' if campaign else ''}. Sent: {left}.", to)
        if because is not None:
            last = self._last_of(campaign, to)
            if because not in {each.reason for each in last}:
                told = ", ".join(f"{each.campaign}: {each.reason}" for each in last) or "nothing was decided"
                self._fail(f"Expected nothing{f' of {campaign}' if campaign else ''} because of {because}; {told}.", to)

    def inside(self, journey: str, *, to: Person | None = None) -> None:
        """Somebody is in the journey."""
        __tracebackhide__ = True
        self._check_journey(journey)
        if not any(each.journey == journey for who in self._ids(to) for each in self.stage.customer(who).journeys):
            self._fail(f"Expected somebody in the journey {journey}.", to)

    def left(self, journey: str, *, because: str | None = None, to: Person | None = None) -> None:
        """Nobody is in the journey any more who was; `because` is why it ended last: an event's type, `finished`,
        `max_duration`, `cart_ordered`, `cart_emptied`, `ended`, `removed`, or the words of an exit step."""
        __tracebackhide__ = True
        self._check_journey(journey)
        customers = [self.stage.customer(who) for who in self._ids(to)]
        if any(each.journey == journey for customer in customers for each in customer.journeys):
            self._fail(f"Expected nobody in the journey {journey} any more.", to)
        ended = [each for customer in customers for each in customer.ended if each.journey == journey]
        if not ended:
            self._fail(f"Expected somebody to have left the journey {journey}; nobody was in it.", to)
        why = max(ended, key=lambda each: each.ended_at).why
        if because not in (None, why, why.removeprefix(EXIT)):
            self._fail(f"Expected the journey {journey} to end because of {because}; it was {why}.", to)

    def _left_over(self, campaign: str | None, to: Person | None) -> list[Message]:
        return [
            each
            for each in self.stage.happened
            if isinstance(each, Message)
            and campaign in (None, each.campaign)
            and (to is None or each.customer_id == to.id)
            and all(each is not other for other in self._taken)
        ]

    def _last_of(self, campaign: str | None, to: Person | None) -> list[Fate]:
        for each in reversed(self.stage.happened):
            found = [fate for fate in fates(each) if campaign in (None, fate.campaign)]
            if found and (to is None or each.customer_id == to.id):
                return found
        return []

    def _ids(self, to: Person | None) -> list[str]:
        return [to.id] if to else _everybody(self.stage.happened)

    def _check_campaign(self, name: str) -> None:
        names = {each for draft in self.stage.drafts for each in draft.playbook.by_id}
        if name not in names:
            raise ValueError(f"the playbook has no campaign {name}{_near(name, names)}")

    def _check_journey(self, name: str) -> None:
        names = {each for draft in self.stage.drafts for each in draft.playbook.journey_by_id}
        if name not in names:
            raise ValueError(f"the playbook has no journey {name}{_near(name, names)}")

    def _fail(self, what: str, to: Person | None) -> Never:
        __tracebackhide__ = True
        stories = [story(self.stage, who) for who in self._ids(to)] or ["Nothing happened at all."]
        raise AssertionError("\n\n".join((what, *stories)))


def _described(campaign: str, *, to: Person | None, **said: str | None) -> str:
    """`cart-reminder (channel email, at 09:00) to ada`."""
    told = ", ".join(f"{name} {value}" for name, value in said.items() if value is not None)
    return f"{campaign}{f' ({told})' if told else ''}{f' to {to.id}' if to else ''}"


def _everybody(happened: list[Happened]) -> list[str]:
    return list(dict.fromkeys(each.customer_id for each in happened))


def _near(name: str, names: object) -> str:
    close = get_close_matches(name, list(names), n=1) if isinstance(names, tuple | set) else []
    return f"; did you mean {close[0]}?" if close else ""
