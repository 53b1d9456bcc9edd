"""The stories as the pages tell them."""

from collections.abc import Mapping, Sequence

from infra.demo.cdnow import CURRENCY, Order
from infra.demo.day import CART_BEFORE, CART_SENT_AFTER
from infra.demo.happenings import FOREIGN, LOOKS
from infra.demo.run import Lived
from infra.demo.silence_tales import silences
from infra.demo.sources import about
from infra.explain.words import count
from infra.pages.attributes import shown_attribute
from infra.pages.model import CustomerReport, ShownAttribute, ShownMail, Story
from tandem.content.money import money_text
from tandem.events.money import to_minor


def stories(lived: Lived, customers: Mapping[str, CustomerReport]) -> tuple[Story, ...]:
    """All of them, in the order a newcomer should meet them."""
    return (
        _same_cart(lived, customers),
        _raised(lived, customers),
        _late_cart(lived, customers),
        _tenfold(lived, customers),
        _handed(lived, customers),
        _refunds(lived, customers),
        _abroad(lived, customers),
        _browsing(lived, customers),
        *silences(lived, customers),
    )


def _same_cart(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    cast, known = lived.day.cast, lived.known
    ids = (cast.low, cast.medium, cast.high)
    baskets = [f"{_dollars(known.basket_minor(each))} an order" for each in ids]
    names = [customers[each].name for each in ids]
    told = zip(names, baskets, ids, strict=True)
    return Story(
        slug="same-cart",
        title="The same cart, three customers, three mails",
        lead=f"{names[0]}, {names[1]} and {names[2]} leave the same two records in their carts. What each is reminded "
        "with depends on what their orders have come to so far.",
        customers=ids,
        mails=tuple(_mails(customers, ids)),
        points=tuple(f"{name}: {basket}, tier {known.tier(each)}" for name, basket, each in told),
    )


def _raised(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one, known = lived.day.cast.raised, lived.known
    [order] = _orders(lived, one)
    before, after = known.tier(one), known.tier(one, [order])
    minor = to_minor(order.amount, CURRENCY)
    ordered, revenue = known.held(known.profiles[one])
    average = (revenue + minor) // (ordered + 1)
    name = customers[one].name
    return Story(
        slug="tier-raised",
        title="A tier raised by this very order",
        lead=f"Last night's batch run knew {name} as a customer of tier {before}. The order of {_dollars(minor)} that "
        f"just came in makes it {after}, and the mail about this order already knows.",
        customers=(one,),
        mails=tuple(_mails(customers, (one,))),
        figures=(
            (f"{before} → {after}", "tier"),
            (f"{_dollars(known.basket_minor(one))} → {_dollars(average)}", "average order"),
        ),
        points=(
            f"From the batch run: {count(ordered, 'order')}, {_dollars(revenue)} in all.",
            f"From the order itself: one more, {_dollars(minor)}.",
            "Both are added up at the moment of the decision, neither counted twice nor missed.",
        ),
    )


def _late_cart(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one = lived.day.cast.late
    return Story(
        slug="order-before-cart",
        title="An order that arrived before its cart, so silence",
        lead=f"{customers[one].name} looked at a cart and ordered it {CART_BEFORE} seconds later. The order arrived at "
        f"once, the cart {CART_SENT_AFTER} seconds after it. Whoever believes the order of arrival now sends a "
        "reminder of what was just bought.",
        customers=(one,),
        points=(
            "Carts are worked out from what happened when, not from what arrived when.",
            "The silence has its reason, kept with the decision.",
        ),
    )


def _tenfold(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one = lived.day.cast.tenfold
    return Story(
        slug="ten-times",
        title="One event ten times, one mail",
        lead=f"{customers[one].name}'s order was delivered ten times, several at once, to workers side by side.",
        customers=(one,),
        mails=tuple(_mails(customers, (one,))),
        figures=(("10", "deliveries"), ("1", "decision"), ("1", "mail")),
        points=(
            "The order's own number makes the copies the same event.",
            "Two workers on one customer: one wins, the other looks again and finds it done.",
        ),
    )


def _handed(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one, middle, name = lived.day.cast.handed, lived.middle, customers[lived.day.cast.handed].name
    before = about(lived, middle.before.customers[one], lived.known, middle.before.until)
    after = about(lived, middle.after.customers[one], middle.known, middle.after.until)
    return Story(
        slug="snapshot-meanwhile",
        title="A new snapshot in the middle of the day, and no value moves",
        lead=f"{name} ordered in the small hours, and the shop sent the order twice: the first copy was archived then, "
        "the second came in live. So the snapshot that was built and loaded while the day went on took it over.",
        customers=(one,),
        parts=tuple(
            (f"{when}, {look:%H:%M:%S} UTC", shown_attribute(known, attribute))
            for attribute in ("orders", "revenue_minor")
            for when, known, look in (
                ("Before", before, middle.before.until),
                ("After", after, middle.after.until),
            )
        ),
        points=(
            "The profile lists what it includes; the live side lets go of exactly that.",
            "Counted twice for no moment, missed for no moment, while events went on.",
        ),
    )


def _refunds(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    cast = lived.day.cast
    ids = (cast.partly, cast.returned, cast.early)
    names = [customers[each].name for each in ids]
    told = (f"one of {cast.bought_before.cds} CDs comes back", "the whole order comes back", "the refund comes first")
    return Story(
        slug="refunds",
        title="Three refunds, each taken back where it belongs",
        lead=f"{names[0]} returns one CD of an order that only the profile knows. {names[1]} returns all of today's. "
        f"{names[2]}'s refund arrived seconds before its order. The refunds are made up, the orders real.",
        customers=ids,
        parts=tuple(
            (f"{customers[each].name}: {words}", _ended(lived, each, "revenue_minor"))
            for each, words in zip(ids, told, strict=True)
        ),
        points=(
            "A refund is a fact about an order: it takes back what that order added, in the order's own day.",
            "Which of the two is heard of first makes no difference.",
        ),
    )


def _abroad(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one, (amount, currency) = lived.day.cast.abroad, FOREIGN
    return Story(
        slug="other-currency",
        title="Another currency is not guessed at",
        lead=f"{customers[one].name} also ordered for {amount} {currency}, a made-up order. It counts as an order, "
        "and not as dollars: what cannot be added up is left out, with a count and the reason.",
        customers=(one,),
        parts=tuple((customers[one].name, _ended(lived, one, name)) for name in ("orders", "revenue_minor")),
    )


def _browsing(lived: Lived, customers: Mapping[str, CustomerReport]) -> Story:
    one, views = lived.day.cast.browsing, "product_views_7d"
    has_rule = views in lived.house.draft.playbook.ruleset.by_attribute
    return Story(
        slug="looking-around",
        title="Somebody new looks around",
        lead=f"{customers[one].name} has never ordered, and no profile knows her. What she does is counted from the "
        f"first look on: {LOOKS} products, all of them made-up looks.",
        customers=(one,),
        mails=tuple(_mails(customers, (one,))),
        parts=((customers[one].name, _ended(lived, one, views)),) if has_rule else (),
    )


def _ended(lived: Lived, customer_id: str, attribute: str) -> ShownAttribute:
    customer = lived.findings.customers[customer_id]
    return shown_attribute(about(lived, customer, lived.middle.known, lived.ended), attribute)


def _orders(lived: Lived, customer_id: str) -> Sequence[Order]:
    return [order for order in lived.day.orders if order.customer_id == customer_id]


def _mails(customers: Mapping[str, CustomerReport], ids: Sequence[str]) -> list[ShownMail]:
    return [mail for each in ids for mail in customers[each].mails]


def _dollars(minor: int) -> str:
    return money_text(minor, CURRENCY)
