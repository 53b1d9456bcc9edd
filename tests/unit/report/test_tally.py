"""A report's numbers: they add up, whatever was read in whatever order, and customers are compared once each."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from infra.report.model import Aim, Counted, Heard, Judged, Side
from infra.report.tally import Tally
from tandem.decisions import Candidate, Outcome, Reached
from tandem.sending.outcome import Status
from tests.builders import DAY, HOUR, NOON

SINCE = NOON - 30 * DAY
AIMS = {"thanks": Aim("order_completed, within 7 days", 7 * DAY)}
Part = Judged | Reached | Heard


def judged(name: str, outcome: Outcome, customer: str = "", at: timedelta = timedelta(0), **saw: Any) -> Judged:
    return Judged(name, customer or f"of-{name}", SINCE + DAY + at, (Candidate("thanks", outcome, saw),))


def row(name: str, status: Status = Status.SENT, customer: str = "somebody", reason: str = "", *marks: str) -> Heard:
    return Heard(name, "thanks", status, SINCE + DAY, customer, reason, frozenset(marks))


def reached(name: str) -> Reached:
    return Reached(f"g{name}", "", name, "thanks", SINCE + DAY, "order_completed", "i", SINCE + 2 * DAY)


def told(*parts: Part) -> Counted:
    (found,) = tallied(parts).report(NOON, AIMS).campaigns
    return found


def tallied(parts: Sequence[Part]) -> Tally:
    found = Tally(SINCE)
    for each in parts:
        match each:
            case Judged():
                found.decision(each)
            case Reached():
                found.goal(each)
            case Heard():
                found.row(each)
    return found


def test_what_came_back_is_counted_by_the_ledgers_marks_and_machines_are_not() -> None:
    found = told(
        *(judged(name, Outcome.CHOSEN) for name in "abc"),
        row("a", Status.SENT, "x", "", "delivered_at", "opened_at", "clicked_at"),
        row("b", Status.SENT, "x", "", "delivered_at", "machine_opened_at", "machine_clicked_at"),
        row("c", Status.SENT, "x", "", "bounced_at", "complained_at"),
    )

    assert (found.delivered, found.opened, found.clicked, found.bounced, found.complained) == (2, 1, 1, 1, 1)


def test_a_goal_counts_for_the_decision_and_not_for_the_message() -> None:
    found = told(
        *(judged(name, Outcome.CHOSEN) for name in "abc"), row("a", Status.REFUSED, "x", "expired"), reached("a")
    )

    assert (found.reached, found.watched, found.sent) == (1, 3, 0)


def test_who_was_erased_counts_by_the_ledgers_row_alone() -> None:
    found = told(judged("a", Outcome.CHOSEN), row("a"), row("gone", Status.SENT, "", "", "delivered_at"))

    assert (found.decided, found.sent, found.delivered, found.watched) == (2, 2, 1, 1)


def test_a_row_of_a_decision_before_the_time_does_not_count() -> None:
    found = told(judged("a", Outcome.CHOSEN), judged("b", Outcome.CHOSEN, at=-2 * DAY), row("b"))

    assert (found.decided, found.sent, found.open) == (1, 0, 1)


def test_each_customer_is_compared_once_by_the_first_time_that_chance_decided() -> None:
    found = told(
        judged("a1", Outcome.CHOSEN, "ada"),
        judged("a2", Outcome.CAP, "ada", HOUR),
        reached("a2"),
        judged("b1", Outcome.CAP, "bob"),
        judged("b2", Outcome.CHOSEN, "bob", HOUR),
        reached("b1"),
        judged("c1", Outcome.HOLDOUT, "cy"),
        judged("c2", Outcome.HOLDOUT, "cy", HOUR),
        reached("c2"),
        judged("d1", Outcome.AUDIENCE, "dan"),
    )

    assert found.compared
    assert (found.compared.meant, found.compared.held_out) == (Side(2, 1), Side(1, 0))
    assert found.held_out == Side(2, 1)


def test_who_waits_for_quiet_hours_is_already_on_a_side_and_who_waits_for_others_is_not() -> None:
    found = told(
        judged("a1", Outcome.DEFERRED, "ada", until="later"),
        judged("b1", Outcome.WAITING, "bob", until="later"),
        judged("c1", Outcome.DEFERRED, "cy", until="later", deferred="date"),
        judged("d1", Outcome.HOLDOUT, "dan"),
    )

    assert found.compared
    assert (found.compared.meant.customers, found.compared.held_out.customers) == (1, 1)
    assert dict(found.held_back) == {Outcome.HOLDOUT: 1}


def test_without_anybody_held_out_nothing_is_compared() -> None:
    assert told(judged("a", Outcome.CHOSEN)).compared is None


def test_what_may_still_come_to_its_goal_is_told() -> None:
    late = [judged(name, Outcome.CHOSEN, at=26 * DAY) for name in "bc"]

    found = told(judged("a", Outcome.CHOSEN), *late, reached("c"))

    assert (found.watched, found.reached, found.running) == (3, 1, 1)


REASONS = ("expired", "withdrawn", "stopped")
STATUSES = st.one_of(st.none(), st.sampled_from(Status))
DECIDED = st.lists(st.tuples(st.sampled_from(Outcome), st.sampled_from("abcd"), STATUSES, st.booleans(), st.booleans()))


@given(DECIDED, st.randoms(use_true_random=False))
def test_the_numbers_add_up_in_whatever_order_and_however_often_they_are_read(
    decided: list[tuple[Outcome, str, Status | None, bool, bool]], chance: Any
) -> None:
    parts: list[Part] = []
    for number, (outcome, customer, status, is_reached, is_erased) in enumerate(decided):
        name = str(number)
        if not is_erased:
            parts.append(judged(name, outcome, customer, number * HOUR))
        if outcome is Outcome.CHOSEN and status:
            reason = chance.choice(REASONS) if status is Status.REFUSED else ""
            parts.append(row(name, status, "" if is_erased else customer, reason))
        if is_reached:
            parts.append(reached(name))
    again = chance.sample([*parts, *parts], 2 * len(parts))

    once, twice = (tallied(each).report(NOON, AIMS) for each in (parts, again))

    assert once == twice
    for each in once.campaigns:
        assert each.decided == each.sent + each.shadow + sum(each.refused.values()) + each.unknown + each.open
        assert each.reached <= each.watched <= each.decided
        assert each.held_out.customers == each.held_back.get(Outcome.HOLDOUT, 0)
        if each.compared:
            assert each.compared.held_out.customers + each.compared.meant.customers <= len("abcd")
