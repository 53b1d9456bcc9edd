"""What must be true when the day is over. The demo fails where it is not."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

from infra.demo.cdnow import CURRENCY
from infra.demo.happenings import FOREIGN, LOOKS, one_cd_minor
from infra.demo.reckoning import Reckoning, Values, values
from infra.demo.run import Lived
from infra.demo.silence_proofs import SILENCES
from infra.demo.summary import failures
from infra.explain import verdict
from tandem.attributes import Tier
from tandem.decisions import Decision, Outcome
from tandem.events import order_identity
from tandem.events.money import to_minor
from tandem.sending import Status

# What 18 March 1997 was in the data set.
ORDERS, CUSTOMERS, FIRST_ORDERS = 468, 453, 294
_REMINDER: Final = "timer_fired"


def problems(lived: Lived, reckoned: Reckoning, *, whole_day: bool) -> list[str]:
    """One sentence each; none is what is expected. `whole_day`: the data set's own counts are checked too."""
    checks = [_real_orders, *_CHECKS] if whole_day else _CHECKS
    return [*(problem for check in checks for problem in check(lived)), *reckoned.problems]


def _real_orders(lived: Lived) -> Iterator[str]:
    customers = {order.customer_id for order in lived.day.orders}
    first = sum(each not in lived.known.profiles for each in customers)
    counted = (len(lived.day.orders), len(customers), first)
    if counted != (ORDERS, CUSTOMERS, FIRST_ORDERS):
        yield "the day has {} orders of {} customers, {} of them first ones".format(*counted)


def _nothing_failed(lived: Lived) -> Iterator[str]:
    for kind, count in failures(lived.findings).items():
        if count:
            yield f"{kind}: {count}"


def _nothing_was_lost(lived: Lived) -> Iterator[str]:
    """Each order was decided on once, and each message decided has left once."""
    findings = lived.findings
    decided = Counter(decision.cause.identity for decision in findings.decisions)
    for order in lived.day.orders:
        count = decided[order_identity(order.order_id)]
        if count != 1:
            yield f"order {order.order_id} was decided on {count} times"
    sent = {row.id for row in findings.ledger.values() if row.status is Status.SENT}
    due = {decision.id for decision in findings.decisions if decision.campaign}
    missing = [
        decision for decision in findings.decisions if decision.id in due - sent and not _withdrawn(lived, decision)
    ]
    if missing or sent - due:
        yield f"{len(missing)} messages were decided and never sent, {len(sent - due)} sent without a decision"
    left = len(findings.mails) + len(findings.texts)
    if left != len(sent):
        yield f"the ledger has {len(sent)} messages sent, and the provider {left}"


def _same_cart(lived: Lived) -> Iterator[str]:
    """Three customers of three tiers left the same cart: each is sent the reminder for their tier."""
    cast, templates = lived.day.cast, set[str]()
    for tier in (Tier.LOW, Tier.MEDIUM, Tier.HIGH):
        customer_id = getattr(cast, tier)
        match lived.findings.chosen(customer_id):
            case [reminder] if reminder.cause.type == _REMINDER:
                templates.add(reminder.template)
                found = reminder.attributes["customer.basket_tier"]
                if found != tier:
                    yield f"{customer_id} should be of tier {tier}, and is {found}"
            case others:
                yield f"{customer_id} should get one reminder of the cart, and got {len(others)} messages"
    if len(templates) != len(Tier) - 1:
        yield f"the same cart should lead to three different mails, not {sorted(templates)}"


def _raised(lived: Lived) -> Iterator[str]:
    """The order itself lifts the tier that its message is chosen by."""
    customer_id = lived.day.cast.raised
    before = lived.known.tier(customer_id)
    after = [decision.attributes["customer.basket_tier"] for decision in lived.findings.chosen(customer_id)]
    if len(after) != 1 or after == [before]:
        yield f"{customer_id} should go from tier {before} to a higher one with one message, not to {after}"


def _late_cart(lived: Lived) -> Iterator[str]:
    """A cart that arrived after its order starts nothing, and the reason is kept."""
    customer_id, findings = lived.day.cast.late, lived.findings
    if any(decision.cause.type == _REMINDER for decision in lived.findings.chosen(customer_id)):
        yield f"{customer_id} was reminded of a cart that was ordered"
    if not any(verdict(decision) is Outcome.CART_CLOSED for decision in findings.of(customer_id)):
        yield f"{customer_id} has no decision that says the late cart was ordered"


def _tenfold(lived: Lived) -> Iterator[str]:
    """One event delivered ten times is one decision and one mail."""
    customer_id, findings = lived.day.cast.tenfold, lived.findings
    delivered = sum(
        event["type"] == "order_completed" and event["customer_id"] == customer_id for event in lived.published
    )
    address = lived.day.people[customer_id].email
    mails = sum(address in mail.to for mail in findings.mails)
    if (delivered, len(findings.of(customer_id)), mails) != (10, 1, 1):
        yield f"{customer_id}: {delivered} deliveries, {len(findings.of(customer_id))} decisions, {mails} mails"


def _refunds(lived: Lived) -> Iterator[str]:
    """Each takes back exactly what it says, whichever came first, and wherever its order lies."""
    cast = lived.day.cast
    told = {
        cast.partly: (0, one_cd_minor(cast.bought_before)),
        cast.returned: (1, to_minor(lived.day.order_of(cast.returned).amount, CURRENCY)),
        cast.early: (0, one_cd_minor(lived.day.order_of(cast.early))),
    }
    for customer_id, (orders, minor) in told.items():
        held, revenue = lived.known.held(lived.known.profiles[customer_id])
        placed = [each for each in lived.day.orders if each.customer_id == customer_id]
        spent = revenue + sum(to_minor(each.amount, CURRENCY) for each in placed)
        found = _ended(lived, customer_id)
        expected = (held + len(placed) - orders, spent - minor)
        said = (found["orders"].value, found["revenue_minor"].value)
        if said != expected:
            yield f"{customer_id} should have {expected} (orders, revenue) after the refund, not {said}"


def _other_currency(lived: Lived) -> Iterator[str]:
    """An order in another currency is counted as an order, not as money, and the reason is kept."""
    found = _ended(lived, lived.day.cast.abroad)
    held, revenue = lived.known.held(lived.known.profiles[lived.day.cast.abroad])
    said = (found["orders"].value, found["revenue_minor"].value, dict(found["revenue_minor"].left_out))
    if said != (held + 1, revenue, {"other_currency": 1}):
        yield f"{lived.day.cast.abroad} ordered for {' '.join(FOREIGN)}, and has {said} (orders, revenue, left out)"


def _looks(lived: Lived) -> Iterator[str]:
    """Every look at a product is counted, by somebody of whom no profile knows."""
    one = lived.day.cast.browsing
    found = _ended(lived, one).get("product_views_7d")
    if found and (found.value, found.live) != (LOOKS, LOOKS):
        yield f"{one} looked at {LOOKS} products, and product_views_7d is {found.value}"


def _handed_over(lived: Lived) -> Iterator[str]:
    """The order of the small hours is the live side's before the snapshot, the profile's after it, and counted once."""
    one, middle = lived.day.cast.handed, lived.middle
    before = values(lived, middle.before.customers[one], lived.known, lived.ended)["orders"]
    after = values(lived, lived.findings.customers[one], middle.known, lived.ended)["orders"]
    sides = ((before.profile, before.live, before.value), (after.profile, after.live, after.value))
    held = lived.known.orders(one)
    if sides != ((held, 1, held + 1), (held + 1, 0, held + 1)):
        yield f"{one}: orders of profile, events and both should go from {held} + 1 to {held + 1} + 0, not {sides}"


def _ended(lived: Lived, customer_id: str) -> Values:
    return values(lived, lived.findings.customers[customer_id], lived.middle.known, lived.ended)


def _withdrawn(lived: Lived, decision: Decision) -> bool:
    entry = lived.findings.customers[decision.customer_id].send(decision.id)
    return entry is not None and bool(entry.withdrawn)


_CHECKS: Final[tuple[Callable[[Lived], Iterator[str]], ...]] = (
    _nothing_failed,
    _nothing_was_lost,
    _same_cart,
    _raised,
    _late_cart,
    _tenfold,
    _refunds,
    _other_currency,
    _looks,
    _handed_over,
    *SILENCES,
)
