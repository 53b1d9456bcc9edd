"""What must be true of the silences when the day is over: each message that was not sent has its reason."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from infra.demo.run import Lived
from infra.demo.silences import bought_cart, left_cart
from infra.explain import verdict
from infra.explain.words import as_moment
from tandem.decisions import Decision, Outcome
from tandem.events import order_identity


def _two_carts(lived: Lived) -> Iterator[str]:
    """Of two open carts of one customer, one is ordered: one reminder, of the other."""
    customer_id, findings = lived.day.cast.two_carts, lived.findings
    order = lived.day.order_of(customer_id)
    reminded = [each.cause.cart_id for each in findings.chosen(customer_id) if each.cause.cart_id]
    if reminded != [left_cart(order)]:
        yield f"{customer_id} should be reminded of cart {left_cart(order)} alone, and was of {reminded}"
    closed = {each.cause.cart_id for each in findings.of(customer_id) if verdict(each) is Outcome.CART_CLOSED}
    if closed != {bought_cart(order)}:
        yield f"{customer_id} has no decision that says cart {bought_cart(order)} was ordered"


def _sorry(lived: Lived) -> Iterator[str]:
    """After a refund an apology, and no offer that same day: the reason names the journey. Thanks are not an offer."""
    customer_id = lived.day.cast.sorry
    said = [each.campaign for each in lived.findings.chosen(customer_id)]
    if said != ["refund-apology", "post-purchase"]:
        yield f"{customer_id} should get an apology, and thanks for the next order, not {said}"
    by = [saw["by"] for saw in _saw(_on_order(lived, customer_id), Outcome.EXCLUDED, "second-order")]
    if by != ["journey refund-apology"]:
        yield f"{customer_id} has no decision that says the offer was held back by the refund, but {by}"


def _capped(lived: Lived) -> Iterator[str]:
    """Messages up to the cap, then none: the reason names the rule, and when the next one is possible."""
    customer_id, cap = lived.day.cast.capped, lived.house.draft.playbook.caps[0]
    orders = sum(order.customer_id == customer_id for order in lived.day.orders)
    chosen = lived.findings.chosen(customer_id)
    held = [each for each in lived.findings.of(customer_id) if verdict(each) is Outcome.CAP]
    if (len(chosen), len(held)) != (cap.messages, orders - cap.messages):
        yield f"{customer_id} ordered {orders} times under a cap of {cap.messages}: {len(chosen)} messages, " + (
            f"{len(held)} held back"
        )
        return
    for each in held:
        for saw in _saw([each], Outcome.CAP):
            free_at = as_moment(saw["free_at"]) if saw.get("free_at") else None
            # the first one left some time after it was decided, and until that is known it counts as now
            if not (
                saw["rule"] == cap.id and cap.within and free_at and chosen[0].at <= free_at - cap.within <= each.at
            ):
                yield f"{customer_id} was held back by rule {saw['rule']} until {free_at}, not by {cap.id} for its days"


def _stopped(lived: Lived) -> Iterator[str]:
    """An order that is decided while all is stopped makes no message, with that reason."""
    customer_id = lived.day.cast.halted
    why = {saw["stopped"] for saw in _saw(_on_order(lived, customer_id), Outcome.STOPPED, "second-order")}
    address = lived.day.people[customer_id].email
    mails = sum(address in mail.to for mail in lived.findings.mails)
    if (why, mails, lived.findings.chosen(customer_id)) != ({"everything"}, 0, []):
        yield f"{customer_id} ordered while all was stopped: {mails} mails, and the reasons {sorted(why)}"


def _on_order(lived: Lived, customer_id: str) -> list[Decision]:
    identity = order_identity(lived.day.order_of(customer_id).order_id)
    return [each for each in lived.findings.of(customer_id) if each.cause.identity == identity]


def _saw(decisions: list[Decision], outcome: Outcome, campaign: str = "") -> list[Mapping[str, Any]]:
    """What candidates (of that campaign) saw that ended so."""
    every = (each for decision in decisions for each in decision.candidates if each.outcome is outcome)
    return [each.saw for each in every if campaign in ("", each.campaign)]


SILENCES: Final[tuple[Callable[[Lived], Iterator[str]], ...]] = (_two_carts, _sorry, _capped, _stopped)
