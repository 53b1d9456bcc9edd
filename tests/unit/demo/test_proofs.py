"""The demo fails when something of it did not come true; here each thing in turn does not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from infra.demo.proofs import problems
from infra.demo.reckoning import Reckoning, reckon
from infra.demo.run import Lived
from infra.demo.summary import summarise
from infra.explain import verdict
from tandem.attributes import Live
from tandem.decisions import Decision, Outcome
from tandem.sending import Reason, Status
from tests.unit.demo.memory import with_findings

Change = Callable[[Lived], Lived]


def test_the_day_as_planned_comes_true(lived: Lived, reckoned: Reckoning) -> None:
    assert problems(lived, reckoned, whole_day=True) == []


def test_attributes_are_checked_of_everybody_and_parts_move_at_the_snapshot(lived: Lived, reckoned: Reckoning) -> None:
    rules = lived.house.draft.playbook.ruleset.rules

    assert reckoned.values == len(lived.findings.customers) * len(rules)
    assert reckoned.moved == len(lived.day.early)
    assert reckoned.left_out == {"other_currency": 1}
    assert reckoned.announced == len(lived.findings.announced)


def second_mail(lived: Lived) -> Lived:
    address = lived.day.people[lived.day.cast.tenfold].email
    [mail] = [mail for mail in lived.findings.mails if address in mail.to]
    return with_findings(lived, mails=(*lived.findings.mails, replace(mail, message_id="again")))


def dead_letter(lived: Lived) -> Lived:
    return with_findings(lived, dead_letters={"events": 1})


def cut_off(lived: Lived) -> Lived:
    return first_row(lived, status=Status.RESERVED)


def refused(lived: Lived) -> Lived:
    return first_row(lived, status=Status.REFUSED, reason=Reason.RENDER_FAILED)


def never_sent(lived: Lived) -> Lived:
    _, *others = lived.findings.ledger.values()
    return with_findings(lived, ledger={row.id: row for row in others})


def never_decided(lived: Lived) -> Lived:
    return without(lived, lambda each: each.cause.type == "order_completed" and each.campaign is None)


def no_reminder(lived: Lived) -> Lived:
    return without(lived, lambda each: each.customer_id == lived.day.cast.medium)


def tier_not_raised(lived: Lived) -> Lived:
    one = lived.day.cast.raised
    before = {"customer.basket_tier": str(lived.known.tier(one))}
    return changed(lived, one, attributes=before)


def no_reason_for_silence(lived: Lived) -> Lived:
    closed = Outcome.CART_CLOSED
    return without(
        lived,
        lambda each: each.customer_id == lived.day.cast.late and each.candidates[0].outcome is closed,
    )


def cap_not_held(lived: Lived) -> Lived:
    return changed(lived, lived.day.cast.capped, campaign="post-purchase")


def another_rule(lived: Lived) -> Lived:
    return saw_otherwise(lived, lived.day.cast.capped, Outcome.CAP, rule="promotion-daily")


def no_next_moment(lived: Lived) -> Lived:
    return saw_otherwise(lived, lived.day.cast.capped, Outcome.CAP, free_at=None)


def room_too_soon(lived: Lived) -> Lived:
    return saw_otherwise(lived, lived.day.cast.capped, Outcome.CAP, free_at="1997-03-25T11:00:00Z")


def both_carts_reminded(lived: Lived) -> Lived:
    one = lived.day.cast.two_carts
    [closed] = [each for each in lived.findings.of(one) if verdict(each) is Outcome.CART_CLOSED]
    return changed(lived, one, only=closed.id, campaign="cart-reminder")


def other_cart_forgotten(lived: Lived) -> Lived:
    one = lived.day.cast.two_carts
    return without(lived, lambda each: each.customer_id == one and verdict(each) is Outcome.CART_CLOSED)


def no_apology(lived: Lived) -> Lived:
    one = lived.day.cast.sorry
    return without(lived, lambda each: each.customer_id == one and each.campaign == "refund-apology")


def offer_not_held(lived: Lived) -> Lived:
    return saw_otherwise(lived, lived.day.cast.sorry, Outcome.EXCLUDED, by="campaign browsing")


def mail_although_stopped(lived: Lived) -> Lived:
    mail, address = lived.findings.mails[0], lived.day.people[lived.day.cast.halted].email
    return with_findings(lived, mails=(*lived.findings.mails, replace(mail, to=(address,))))


def not_stopped(lived: Lived) -> Lived:
    return saw_otherwise(lived, lived.day.cast.halted, Outcome.STOPPED, stopped="channel sms")


def an_order_missing(lived: Lived) -> Lived:
    return replace(lived, day=replace(lived.day, orders=lived.day.orders[1:]))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (second_mail, "2 mails"),
        (dead_letter, "dead letters: events: 1"),
        (cut_off, "sends cut off: 1"),
        (refused, "sends refused: 1"),
        (never_sent, "1 messages were decided and never sent"),
        (never_decided, "was decided on 0 times"),
        (no_reminder, "should get one reminder of the cart, and got 0 messages"),
        (tier_not_raised, "should go from tier low to a higher one"),
        (no_reason_for_silence, "has no decision that says the late cart was ordered"),
        (cap_not_held, "ordered 5 times under a cap of 3: 5 messages"),
        (another_rule, "was held back by rule promotion-daily"),
        (no_next_moment, "was held back by rule weekly until None"),
        (room_too_soon, "was held back by rule weekly until 1997-03-25 11:00"),
        (both_carts_reminded, "alone, and was of ['"),
        (other_cart_forgotten, "was ordered"),
        (no_apology, "should get an apology, and thanks for the next order, not ['post-purchase']"),
        (offer_not_held, "was held back by the refund, but ['campaign browsing']"),
        (mail_although_stopped, "while all was stopped: 1 mails"),
        (not_stopped, "while all was stopped: 0 mails, and the reasons ['channel sms']"),
        (an_order_missing, "the day has 467 orders"),
    ],
)
def test_what_does_not_come_true_is_said(lived: Lived, reckoned: Reckoning, change: Change, said: str) -> None:
    found = problems(change(lived), reckoned, whole_day=True)

    assert any(said in problem for problem in found), found


def forgotten(lived: Lived, customer_id: str) -> Lived:
    """As if the customer's events had been lost, or never been let go of."""
    customers = dict(lived.findings.customers)
    customers[customer_id] = replace(customers[customer_id], live=Live())
    return with_findings(lived, customers=customers)


def refund_lost(lived: Lived) -> Lived:
    return forgotten(lived, lived.day.cast.partly)


def foreign_order_lost(lived: Lived) -> Lived:
    return forgotten(lived, lived.day.cast.abroad)


def looks_lost(lived: Lived) -> Lived:
    return forgotten(lived, lived.day.cast.browsing)


def nothing_handed_over(lived: Lived) -> Lived:
    return replace(lived, middle=replace(lived.middle, known=lived.known))


def announced_late(lived: Lived) -> Lived:
    return with_findings(lived, announced=lived.findings.announced[1:])


def announced_twice(lived: Lived) -> Lived:
    first, *_ = lived.findings.announced
    return with_findings(lived, announced=(first, *lived.findings.announced))


def not_archived(lived: Lived) -> Lived:
    _, *others = lived.findings.received.items()
    return with_findings(lived, received=dict(others))


def counted_twice(lived: Lived) -> Lived:
    """The live side still holds what the new profile includes, and says that it does not."""
    known, one = lived.middle.known, lived.day.cast.handed
    careless = replace(known.profiles[one], listed=frozenset())
    return replace(
        lived, middle=replace(lived.middle, known=replace(known, profiles={**known.profiles, one: careless}))
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (refund_lost, "(orders, revenue) after the refund, not"),
        (foreign_order_lost, "ordered for 39.00 EUR, and has"),
        (looks_lost, "looked at 5 products, and product_views_7d is 0"),
        (nothing_handed_over, "orders of profile, events and both should go from"),
        (nothing_handed_over, "the snapshot in the middle of the day took nothing over"),
        (refund_lost, "and the rows add up to"),
        (looks_lost, "and with the morning's snapshot alone"),
        (counted_twice, "with the new snapshot"),
        (not_archived, "archive: 1 of the events published are not in it"),
        (announced_late, "in the record, and None on the bus"),
        (announced_twice, "changed from None, after"),
    ],
)
def test_an_attribute_that_is_wrong_is_said(small: Lived, change: Change, said: str) -> None:
    changed_day = change(small)

    found = problems(changed_day, reckon(changed_day), whole_day=False)

    assert any(said in problem for problem in found), found


def test_an_order_may_withdraw_a_reminder(lived: Lived) -> None:
    withdrawn = first_row(lived, status=Status.REFUSED, reason=Reason.WITHDRAWN)

    assert summarise(withdrawn).failures == 0


def first_row(lived: Lived, **changes: object) -> Lived:
    first, *others = lived.findings.ledger.values()
    rows = (replace(first, **changes), *others)  # type: ignore[arg-type]
    return with_findings(lived, ledger={row.id: row for row in rows})


def without(lived: Lived, gone: Callable[[Decision], bool]) -> Lived:
    return with_findings(lived, decisions=tuple(each for each in lived.findings.decisions if not gone(each)))


def changed(lived: Lived, customer_id: str, only: str = "", **changes: object) -> Lived:
    """All of a customer's decisions, or the one with that id."""
    return with_findings(
        lived,
        decisions=tuple(
            replace(each, **changes)  # type: ignore[arg-type]
            if each.customer_id == customer_id and only in ("", each.id)
            else each
            for each in lived.findings.decisions
        ),
    )


def saw_otherwise(lived: Lived, customer_id: str, outcome: Outcome, **saw: object) -> Lived:
    """Another reason in all candidates of a customer that ended so."""
    for decision in lived.findings.of(customer_id):
        candidates = tuple(
            replace(each, saw={**each.saw, **saw}) if each.outcome is outcome else each for each in decision.candidates
        )
        lived = changed(lived, customer_id, only=decision.id, candidates=candidates)
    return lived
