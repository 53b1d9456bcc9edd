"""Why a replay does not send what another one did: what it says of the same campaign for the same cause."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from infra.explain.journeys import left_because, named
from infra.explain.sentences import sentence
from infra.explain.words import clock
from infra.replay.engine import Replayed
from tandem.actor.step import zone_of
from tandem.customer import Customer
from tandem.decisions import Candidate, Decision, Outcome
from tandem.playbook import Journey, Playbook
from tandem.playbook.journey import CampaignStep

Cause = tuple[str, str]
ABSENT: Final = "absent"  # the playbook does not have it
NOT_ASKED: Final = "not_asked"  # nothing starts it
LEFT: Final = "journey_ended"
UNDERWAY: Final = "underway"
_OPEN: Final = (Outcome.DEFERRED, Outcome.WAITING)


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence, and its code: the reason of a candidate, or why there was none."""

    code: str
    sentence: str


def arose_from(candidate: Candidate, decision: Decision) -> Cause:
    """The event, cart or attribute that a candidate comes from in the end, whatever journey it went through. Moments
    are no part of it: with another playbook they may be others."""
    origin = candidate.origin or decision.cause
    if origin.event_id:
        return origin.type, origin.event_id
    if origin.cart_id:
        return "cart", origin.cart_id
    return origin.type, origin.attribute or origin.identity


def zone_at(decision: Decision, playbook: Playbook) -> ZoneInfo:
    """The customer's zone when it was made, or the shop's."""
    return zone_of(decision.seen.zone if decision.seen else "", playbook.shop.default_time_zone)


class Account:
    """What a replay can say of its customers, found quickly."""

    def __init__(self, replayed: Replayed, playbook: Playbook) -> None:
        """Sorts what came of a replay by customer."""
        self._playbook = playbook
        self._customers = {each.customer_id: each for each in replayed.customers}
        self._decisions: defaultdict[str, list[Decision]] = defaultdict(list)
        for decision in replayed.decisions:
            self._decisions[decision.customer_id].append(decision)

    def unsaid(self, candidate: Candidate, decision: Decision) -> Reason:
        """Why it does not send what another replay chose in this decision."""
        told = [each for each in self._of(candidate, decision) if each[0].outcome is not Outcome.CHOSEN]
        settled = [each for each in told if each[0].outcome not in _OPEN]
        if told:
            return self._reason(*(settled or told)[-1])
        return self._never_asked(candidate, decision)

    def delayed(self, candidate: Candidate, decision: Decision) -> Reason | None:
        """Why it sent this one no earlier; None where it was said as soon as it arose."""
        told = [each for each in self._of(candidate, decision) if each[0].outcome in _OPEN]
        return self._reason(*told[0]) if told else None

    def _of(self, candidate: Candidate, decision: Decision) -> Iterator[tuple[Candidate, Decision]]:
        cause, cart_id = arose_from(candidate, decision), (candidate.origin or decision.cause).cart_id
        for made in self._decisions[decision.customer_id]:
            for each in made.candidates:
                is_cart = cart_id and cart_id == (each.origin or made.cause).cart_id
                if each.campaign == candidate.campaign and (is_cart or arose_from(each, made) == cause):
                    yield each, made

    def _reason(self, candidate: Candidate, decision: Decision) -> Reason:
        zone, currency = zone_at(decision, self._playbook), self._playbook.shop.currency
        return Reason(str(candidate.outcome), sentence(candidate, decision, zone=zone, currency=currency))

    def _never_asked(self, candidate: Candidate, decision: Decision) -> Reason:
        name = candidate.campaign
        if name not in self._playbook.by_id:
            return Reason(ABSENT, f"There is no campaign {name}.")
        journey_id = candidate.origin.journey if candidate.origin else ""
        journey = self._playbook.journey_by_id.get(journey_id.partition("/")[0])
        if not journey_id:
            return Reason(NOT_ASKED, f"Nothing starts {name}: its trigger does not fit what happened.")
        if journey is None:
            return Reason(ABSENT, f"There is no journey {journey_id.partition('/')[0]}, which would say it.")
        if not _says(journey, name):
            return Reason(ABSENT, f"The journey {journey.id} does not say {name}.")
        customer, zone = self._customers.get(decision.customer_id), zone_at(decision, self._playbook)
        return _of_journey(journey_id, customer, zone)


def _says(journey: Journey, campaign: str) -> bool:
    return any(isinstance(step, CampaignStep) and step.campaign == campaign for _, step in journey.every_step())


def _of_journey(journey_id: str, customer: Customer | None, zone: ZoneInfo) -> Reason:
    """How far the customer came in a journey that would have said it."""
    name = named(journey_id)
    ended = [each for each in (customer.ended if customer else ()) if each.id == journey_id]
    if customer and any(each.id == journey_id for each in customer.journeys):
        return Reason(UNDERWAY, f"The journey {name} has not come to it when the clock stops.")
    if ended:
        at, why = clock(ended[-1].ended_at, zone), left_because(ended[-1].why)
        return Reason(LEFT, f"The journey {name} does not come to it: it ended on {at} ({why}).")
    return Reason(NOT_ASKED, f"The customer does not enter the journey {name}.")
