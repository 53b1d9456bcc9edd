"""A report like the demo's: real mails, made-up customers, always the same for the same arguments."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from infra.explain import Entry
from infra.pages.model import (
    CustomerReport,
    Point,
    Report,
    ShownAttribute,
    ShownAttributes,
    ShownMail,
    ShownText,
    Story,
    Summary,
)
from infra.publish.playbook import read_playbook
from tandem.content import Content, Mail, Sms, render, to_bytes
from tandem.customer import Channel, Send
from tandem.events import Line

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOSTILE = '<script>alert("x")</script>\r\nBcc: all@example.com \u202e\ud800'
_PLAYBOOK = Path(__file__).parents[3] / "infra" / "playbook"
_CAMPAIGNS = {"cart": "cart-reminder", "post": "post-purchase", "second": "second-order"}
_NAMES = ("Ada", "Bruno", "Carmen", "Dalisay", "Emil", "Fatima", "Greta", "Hiro", "Inés", "José", "Kaja", "Luz")
_FAMILIES = ("Kestrel", "Santos", "Moreno", "Lindqvist", "Reyes", "Okafor", "Vega", "Halloway", "Ibarra", "Cruz")


@cache
def content() -> Content:
    """The starter playbook's words."""
    return read_playbook(_PLAYBOOK, published_at=NINE).content


def mail(
    decision: str, tier: str, template: str = "", *, name: str = "Ada", locale: str = "en", at: int = 4
) -> ShownMail:
    """A mail of the starter playbook, about an order of two records."""
    template = template or f"post-purchase-{tier}"
    send = _send(decision, template, tier, name=name, locale=locale, channel=Channel.EMAIL)
    message = render(content(), send)
    assert isinstance(message, Mail)
    sent_at = NINE + at * SECOND
    eml = to_bytes(
        message,
        sender=("Needle & Groove", "hello@example.com"),
        recipient=send.address,
        decision=decision,
        date=sent_at,
    )
    return ShownMail(
        decision,
        send.campaign,
        template,
        tier,
        locale,
        message.subject,
        send.address,
        message.html,
        message.text,
        eml,
        sent_at,
    )


def text(decision: str, tier: str = "medium", *, name: str = "Luz", at: int = 30) -> ShownText:
    """A cart reminder as a text message."""
    message = render(content(), _send(decision, f"cart-{tier}", tier, name=name, locale="fil", channel=Channel.SMS))
    assert isinstance(message, Sms)
    return ShownText(decision, "cart-reminder", "+15550100", message.text, message.segments, NINE + at * SECOND)


def customer(identifier: str, name: str = "Ada Kestrel", tier: str = "medium", **more: Any) -> CustomerReport:
    """A customer with one order, one decision and one mail, unless told otherwise."""
    decision = f"d{identifier}"
    known: dict[str, Any] = {
        "facts": facts(tier),
        "entries": timeline(decision, tier=tier),
        "mails": (mail(decision, tier, name=name.partition(" ")[0]),),
    }
    return CustomerReport(identifier, name, **{**known, **more})


def attributes() -> ShownAttributes:
    """One of each kind: added to, taken from, left out, not complete, and derived."""
    counted = (
        ShownAttribute(
            "orders",
            "Orders",
            "4",
            profile="3",
            live="1",
            kept=0.75,
            added=0.25,
            rule="Counts orders, since ever.",
            events=("Order 69001, 12 minutes before",),
        ),
        ShownAttribute(
            "spent_90d_minor", "Spent, last 90 days", "$80.00", profile="$102.40", live="−$22.40", taken=0.2
        ),
        ShownAttribute("revenue_minor", "Revenue", "$171.80", left_out=("1 event left out: another currency.",)),
        ShownAttribute(
            "views_7d", "Views, last 7 days", "0", why="No snapshot carries its rule yet.", is_announced=True
        ),
    )
    derived = ShownAttribute("basket", "Basket", "$42.95", formula="customer.a / customer.b", reads=(("a", "1"),))
    return ShownAttributes(NINE, "20 Nov 2026 09:00, New York time", "Until midnight.", "1 event.", counted, (derived,))


def facts(tier: str) -> Mapping[str, str]:
    """What is known of a customer."""
    return {
        "tier": tier,
        "orders": "4",
        "revenue": "171.80 USD",
        "basket value": "42.95 USD",
        "language": "en",
        "email": "customer@example.com",
        "may be written to": "by email",
    }


def timeline(decision: str, *, tier: str = "medium", outcome: str = "chosen", at: int = 0) -> tuple[Entry, ...]:
    """History, an order, its decision and what came of it."""
    moment = NINE + at * SECOND
    history = Entry(
        NINE - timedelta(hours=9),
        "profile",
        "History until 20 Nov 2026 00:00 UTC: 3 orders, 102.40 USD",
        ("First order 2 Feb 2026 10:14, last order 9 Oct 2026 17:31", f"Tier {tier}: average order 34.13 USD"),
    )
    order = Entry(moment, "event", "Order 69001: 69.40 USD")
    known = f"Known at that moment: tier {tier}, orders 4, revenue 171.80 USD and today 69.40 USD."
    audience = "Not sent: second-order. It is for customers with customer.orders == 1 (customer.orders was 4)."
    if outcome != "chosen":
        cap = (
            "Not sent: post-purchase. Already 3 messages in the last 7 days (limit 3, rule weekly). Next possible "
            "24 Nov 09:00 UTC."
        )
        held = Entry(
            moment + SECOND, "decision", "Decided on an order: nothing", (cap, audience, known), decision, outcome
        )
        return (history, order, held)
    chosen = "Chosen: post-purchase by email (priority 100)."
    title = "Decided on an order: post-purchase by email"
    return (
        history,
        order,
        Entry(moment + SECOND, "decision", title, (chosen, audience, known), decision, outcome),
        Entry(moment + 4 * SECOND, "send", "Sent: post-purchase by email", (), decision, "sent"),
    )


def report(*others: CustomerReport, stories: tuple[Story, ...] | None = None) -> Report:
    """The five stories with their customers, and `others`."""
    cast = _cast()
    told = _stories({each.customer_id: each for each in cast}) if stories is None else stories
    return Report("One morning at Needle & Groove", NINE + 90 * SECOND, summary(), told, (*cast, *others))


def crowd(size: int, seed: int = 7) -> tuple[CustomerReport, ...]:
    """So many customers who are in no story."""
    chance = random.Random(seed)
    messages = {tier: mail("d", tier) for tier in ("low", "medium", "high")}
    return tuple(_of_the_crowd(f"{20_000 + 7 * number}", chance, messages) for number in range(size))


def summary() -> Summary:
    """A run in numbers."""
    chance = random.Random(3)
    shares = (("second-order", 6), ("post-purchase", 4), ("cart-reminder", 1), ("nothing", 2))
    return Summary(
        events=1_376,
        decisions=563,
        failures=0,
        sent_by_channel={"email": 401, "sms": 32},
        held_back={"no_consent": 71, "cap": 8, "unreachable": 24, "cart_closed": 19, "outranked": 290},
        decisions_by_campaign_and_tier={
            "second-order": {"low": 96, "medium": 101, "high": 74},
            "post-purchase": {"low": 38, "medium": 46, "high": 51},
            "cart-reminder": {"low": 12, "medium": 8, "high": 7},
            "nothing": {"low": 46, "medium": 51, "high": 33},
        },
        p50_seconds=1.84,
        p95_seconds=4.21,
        funnel=(("Events", 1_376), ("Decisions", 563), ("Campaign chosen", 441), ("Reserved", 436), ("Sent", 433)),
        tiers={"low": 146, "medium": 158, "high": 149},
        over_time=tuple(
            Point(second, campaign, chance.randrange(share + 1))
            for second in range(0, 64, 1)
            for campaign, share in shares
        ),
    )


def _send(decision: str, template: str, tier: str, *, name: str, locale: str, channel: Channel) -> Send:
    address = "+15550100" if channel is Channel.SMS else "customer@example.com"
    cart = template.startswith("cart")
    bought = (
        Line("lp-harbor", 1, "Harbor Lights, The Tin Lanterns (LP)", 2600),
        Line("cd-salt", 2, "Salt & Wire (CD)", 1400),
    )
    return Send(
        id=decision,
        customer_id="c",
        campaign=_CAMPAIGNS[template.partition("-")[0]],
        template=template,
        channel=channel,
        address=address,
        locale=locale,
        playbook=1,
        tier=tier,
        currency="USD",
        not_before=NINE,
        not_after=NINE + timedelta(days=1),
        first_name=name,
        lines=bought,
        recommended=("brush", "inner-sleeves"),
        total_minor=5400,
        order_id="" if cart else "69001",
        cart_id="c-17" if cart else "",
    )


def _of_the_crowd(identifier: str, chance: random.Random, mails: Mapping[str, ShownMail]) -> CustomerReport:
    tier, decision = chance.choice(tuple(mails)), f"{chance.getrandbits(64):016x}"
    name = f"{chance.choice(_NAMES)} {chance.choice(_FAMILIES)}"
    outcome = chance.choices(("chosen", "no_consent", "cap", "unreachable"), (80, 14, 2, 4))[0]
    sent = (replace(mails[tier], decision_id=decision),) if outcome == "chosen" else ()
    entries = timeline(decision, tier=tier, outcome=outcome, at=chance.randrange(60))
    return CustomerReport(identifier, name, facts(tier), entries, sent, notes=_NOTES)


_NOTES = ("The orders are real; name, address, language, consents and times of day are made up.",)


def _cast() -> tuple[CustomerReport, ...]:
    carts = [
        customer(
            f"cart-{tier}",
            name,
            tier,
            mails=(mail(f"a{tier}", tier, f"cart-{tier}", name=name.split()[0], locale=locale, at=31),),
        )
        for tier, name, locale in (
            ("low", "Bruno Vega", "en"),
            ("medium", "Carmen Ibarra", "en"),
            ("high", "Greta Lindqvist", "en"),
        )
    ]
    late = Entry(
        NINE + 6 * SECOND,
        "event",
        "Put in cart c-17: 1 × Harbor Lights (LP)",
        ("Happened at 08:58, 2 minutes before it arrived",),
    )
    nothing = Entry(
        NINE + 7 * SECOND,
        "decision",
        "Decided on the end of the wait for cart c-17: nothing",
        ("Not sent: cart-reminder. Cart c-17 was ordered at 09:00 (order 69001).",),
        "late2",
        "cart_closed",
    )
    return (
        *carts,
        customer("raised", "Inés Moreno", "high", notes=_NOTES),
        customer("late", "Emil Okafor", "medium", entries=(*timeline("dlate"), late, nothing)),
        customer("tenfold", "Dalisay Santos", "low", texts=(text("t1"),)),
        customer(
            "capped",
            "Hiro Halloway",
            "medium",
            entries=timeline("dcapped", outcome="cap"),
            mails=tuple(mail(f"m{n}", "medium", "cart-medium", name="Hiro", at=n - 50) for n in range(3)),
        ),
    )


def _stories(cast: Mapping[str, CustomerReport]) -> tuple[Story, ...]:
    return (
        Story(
            "one-cart-three-mails",
            "One cart, three customers, three mails",
            "All three left the same two records behind. What each usually spends decides what the reminder says.",
            ("cart-low", "cart-medium", "cart-high"),
            mails=tuple(cast[f"cart-{tier}"].mails[0] for tier in ("low", "medium", "high")),
            points=(
                "Low: a reason to come back, as a code.",
                "Medium: what goes well with it.",
                "High: a service, and no discount at all.",
            ),
        ),
        Story(
            "raised",
            "The order that changed who she is",
            "Until this morning Inés was a medium customer. Her mail already knows the order that it thanks her for.",
            ("raised",),
            mails=cast["raised"].mails,
            figures=(("medium → high", "tier"), ("34.13 → 42.95 USD", "average basket")),
        ),
        Story(
            "order-before-cart",
            "The order came first, the cart came late",
            "A cart that was ordered needs no reminder, not even when the news of it arrives after the order’s.",
            ("late",),
            figures=(("2 min", "late"), ("0", "reminders")),
        ),
        Story(
            "ten-times",
            "One event, ten times",
            "Networks repeat themselves. Customers should not hear it.",
            ("tenfold",),
            mails=cast["tenfold"].mails,
            figures=(("10", "deliveries"), ("1", "order counted"), ("1", "mail")),
        ),
        Story(
            "held-by-the-cap",
            "Three is enough",
            "Hiro had three messages this week. The fourth had every right to go, and stayed.",
            ("capped",),
            points=("Change the cap in the playbook, replay the day, and see who drops out.",),
        ),
    )
