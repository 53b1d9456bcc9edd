"""The stories of the silences, as the pages tell them."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from infra.demo.run import Lived
from infra.demo.silences import bought_cart, left_cart
from infra.explain import verdict
from infra.explain.words import as_moment, clock, place
from infra.pages.model import CustomerReport, Story
from tandem.decisions import Outcome


def silences(lived: Lived, customers: Mapping[str, CustomerReport]) -> tuple[Story, ...]:
    """All of them, in the order a newcomer should meet them."""
    return (
        _two_carts(lived, customers),
        _sorry(lived, customers),
        _capped(lived, customers),
        _stopped(lived, customers),
    )


def _two_carts(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one, cast = customers[lived.day.cast.two_carts], lived.day.cast
    order = lived.day.order_of(cast.two_carts)
    return Story(
        slug="two-carts",
        title="Two carts of one customer, one reminder",
        lead=f"{one.name} left two carts, and ordered what was in one of them. Each cart waits for itself: the order "
        "ends the wait of its own cart, and the other one is still worth a reminder.",
        customers=(one.customer_id,),
        mails=tuple(mail for mail in one.mails if mail.campaign == "cart-reminder"),
        points=(
            f"Order {order.order_id} names the cart {bought_cart(order)}: nobody is reminded of what they have.",
            f"The cart {left_cart(order)} was left, and the reminder shows what is in it, and nothing else.",
        ),
        entries=tuple(entry for entry in one.entries if entry.kind == "decision"),
    )


def _sorry(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one = customers[lived.day.cast.sorry]
    return Story(
        slug="sorry-first",
        title="Sorry first, and no offer that day",
        lead=f"{one.name} gave the only order back, got an apology at once, and ordered again. A first order usually "
        "brings an offer for the second one. Not now: whoever just gave something back gets no promotion for a week. "
        "Thanks for the order are no promotion.",
        customers=(one.customer_id,),
        mails=tuple(mail for mail in one.mails if mail.campaign == "refund-apology"),
        points=(
            "The apology is about the customer’s own money, and so it passes caps and quiet hours.",
            "The offer was held back by the journey the refund began, and the decision says so.",
        ),
        entries=tuple(entry for entry in one.entries if entry.kind == "decision"),
    )


def _capped(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one, cap = customers[lived.day.cast.capped], lived.house.draft.playbook.caps[0]
    orders = sum(order.customer_id == one.customer_id for order in lived.day.orders)
    days = cap.within.days if cap.within else 1
    return Story(
        slug="held-back",
        title="Enough for this week",
        lead=f"{one.name} really placed {orders} orders that day. Nobody wants as many messages: the cap is "
        f"{cap.messages} in {days} days.",
        customers=(one.customer_id,),
        figures=((str(orders), "orders"), (str(cap.messages), "messages"), (str(orders - cap.messages), "held back")),
        points=(
            f"Each silence names its rule: {cap.id}.",
            f"And when there is room again: {_next_possible(lived)}, {days} days after the first of the "
            f"{cap.messages} had left.",
        ),
        entries=tuple(entry for entry in one.entries if entry.kind == "decision"),
    )


def _next_possible(lived: Lived) -> str:
    """As the last of the silences knew it, in the customer's zone."""
    held = [each for each in lived.findings.of(lived.day.cast.capped) if verdict(each) is Outcome.CAP]
    saw = [one.saw for each in held for one in each.candidates if one.outcome is Outcome.CAP]
    if not saw or not held[-1].seen:
        return "unknown"
    zone = ZoneInfo(held[-1].seen.zone)
    free_at = saw[-1].get("next_at") or saw[-1].get("free_at")
    return f"{clock(as_moment(free_at), zone, near=held[-1].at)} {place(zone)}" if free_at else "never"


def _stopped(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one = customers[lived.day.cast.halted]
    return Story(
        slug="stop-switch",
        title="Somebody pulled the stop switch",
        lead=f"When the day was over an operator stopped all messages, and {one.name} ordered for the first time. The "
        "order was counted and decided on, and nothing left.",
        customers=(one.customer_id,),
        points=(
            "It takes no new playbook and no deployment, and the next decision already knows.",
            "What was decided before, and has not left yet, is held back too.",
            "A channel, a campaign or a journey can be stopped alone.",
        ),
        entries=one.entries,
    )
