"""Designs with one protection switched off each, by what is handed to the world: the soak has to find every one."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from tandem.attributes import Live
from tandem.customer import Customer
from tandem.decisions import GATES, Closed, Decision, Gate, gates
from tandem.decisions.gates import Channels, Look
from tandem.decisions.gates import caps as caps_gate
from tandem.playbook import NONE, Playbook
from tandem.sending.ports import Look as LastLook
from tests.orchestra.design import Design
from tests.orchestra.grammar import changed


def without(gate: Gate) -> tuple[Gate, ...]:
    """All gates but one."""
    return tuple(each for each in GATES if each is not gate)


class NoStopGate(Design):
    """What is stopped is decided."""

    tells = "left though it was stopped"
    gates = without(gates.stopped)


class NoConsentGate(Design):
    """Nobody is asked."""

    tells = "against the person's word"
    gates = without(gates.consent)


class NoSuppressionGate(Design):
    """A no to everything is no no to this."""

    tells = "against the person's word"
    gates = without(gates.suppression)


class NoHoldoutGate(Design):
    """Everybody gets it."""

    tells = "though held out"
    gates = without(gates.holdout)


class NoExclusionGate(Design):
    """Nothing holds back anything else."""

    tells = "is excluded by"
    gates = without(gates.exclusion)


class NoCaps(Design):
    """As many as there are."""

    tells = "exceeded by"
    gates = without(gates.caps)


class NoQuietHours(Design):
    """At any hour."""

    tells = "within "
    gates = without(gates.quiet)


class OnlyWhatLeftCounts(Design):
    """A cap does not count what is on its way."""

    tells = "exceeded by"

    def __init__(self) -> None:
        self.gates = tuple(_of_what_left if each is caps_gate else each for each in GATES)


def _of_what_left(look: Look, channels: Channels) -> Closed | Channels:
    left = tuple(each for each in look.seen.sends if each.sent_at is not None)
    return caps_gate(replace(look, seen=replace(look.seen, sends=left)), channels)


class UnstableHoldout(Design):
    """Who is held out is drawn anew with each playbook."""

    tells = "though held out"

    def played(self, playbook: Playbook) -> Playbook:
        campaigns = tuple(
            each.model_copy(update={"holdout": each.holdout.model_copy(update={"salt": f"s{playbook.number}"})})
            if each.holdout
            else each
            for each in playbook.campaigns
        )
        return changed(playbook, campaigns=campaigns)


class LastSaveWins(Design):
    """The table does not look at versions: a slot that another worker took is lost."""

    tells = "exceeded by"
    checks_versions = False


class AnyReentry(Design):
    """Everybody may enter again."""

    tells = "entered again"

    def played(self, playbook: Playbook) -> Playbook:
        return of_journeys(playbook, reentry="always")


class NoLongestTime(Design):
    """Journeys last as long as they like."""

    tells = "has lasted since"

    def played(self, playbook: Playbook) -> Playbook:
        return of_journeys(playbook, max_duration=timedelta(days=400))


class NoExits(Design):
    """Nothing that happens ends a journey."""

    tells = "left after"

    def played(self, playbook: Playbook) -> Playbook:
        return of_journeys(playbook, exit_on=())


class LooksAwayFrom(Design):
    """`send` does not see that a message was withdrawn for this reason."""

    why = ""

    def look(self, look: LastLook) -> LastLook:
        if look.customer is None:
            return look
        sends = tuple(
            replace(each, withdrawn="" if each.withdrawn == self.why else each.withdrawn)
            for each in look.customer.sends
        )
        return replace(look, customer=replace(look.customer, sends=sends))


class NoLookForExits(LooksAwayFrom):
    """An exit is seen when the message is decided, and not again."""

    tells = "left after"
    why = "exited"


class NoLookForOrders(LooksAwayFrom):
    """An order of the cart is seen when the message is decided, and not again."""

    tells = "for a cart that was ordered"
    why = "ordered"


class NoLookForWords(LooksAwayFrom):
    """A no is seen when the message is decided, and by the address's item, which may be late."""

    tells = "against the person's word"
    why = "opted_out"


class NoLookForStops(Design):
    """A stop is seen when the message is decided, and not again."""

    tells = "left though it was stopped"

    def look(self, look: LastLook) -> LastLook:
        return replace(look, stops=NONE)


class AlwaysFresh(Design):
    """What expires and comes back counts as new."""

    tells = "left too late"

    def news(self, envelope: Mapping[str, Any]) -> Mapping[str, Any]:
        if envelope["type"] != "send_expired":
            return envelope
        send = {**envelope["properties"]["send"], "since": envelope["occurred_at"]}
        return {**envelope, "properties": {**envelope["properties"], "send": send}}


class NeverAgain(Design):
    """What expires is told as refused, and so not decided anew."""

    tells = "not decided anew"

    def news(self, envelope: Mapping[str, Any]) -> Mapping[str, Any]:
        if envelope["type"] != "send_expired":
            return envelope
        properties = {"send_id": envelope["properties"]["send_id"], "reason": "expired"}
        return {**envelope, "type": "message_refused", "properties": properties}


class NoWakes(Design):
    """Who waits is forgotten between one step and the next."""

    tells = "never ended"

    def loaded(self, customer: Customer) -> Customer:
        return replace(customer, waiting=())


class NothingSeen(Design):
    """A copy of an event is taken for another."""

    tells = "had ended"

    def loaded(self, customer: Customer) -> Customer:
        return replace(customer, live=Live(), orders=(), cart_facts=(), seen={})


class NoValuesKept(Design):
    """The record of a decision holds no values."""

    tells = "differs"

    def recorded(self, decision: Decision) -> Decision:
        candidates = tuple(replace(each, values={}) for each in decision.candidates)
        return replace(decision, candidates=candidates, attributes={})


class NoSendsKept(Design):
    """The record of a decision does not hold the messages that caps counted."""

    tells = "differs"

    def recorded(self, decision: Decision) -> Decision:
        return replace(decision, seen=replace(decision.seen, sends=())) if decision.seen else decision


def of_journeys(playbook: Playbook, **changes: Any) -> Playbook:
    """The playbook with all its journeys changed, those of old too."""
    return changed(
        playbook,
        journeys=tuple(each.model_copy(update=changes) for each in playbook.journeys),
        former=tuple(each.model_copy(update=changes) for each in playbook.former),
    )


SWITCHED_OFF: Final[tuple[type[Design], ...]] = (
    NoStopGate,
    NoConsentGate,
    NoSuppressionGate,
    NoHoldoutGate,
    NoExclusionGate,
    NoCaps,
    NoQuietHours,
    OnlyWhatLeftCounts,
    UnstableHoldout,
    LastSaveWins,
    AnyReentry,
    NoLongestTime,
    NoExits,
    NoLookForExits,
    NoLookForOrders,
    NoLookForWords,
    NoLookForStops,
    AlwaysFresh,
    NeverAgain,
    NoWakes,
    NothingSeen,
    NoValuesKept,
    NoSendsKept,
)
