"""A send, its customer and its content, each fit to be changed by a test in the one way it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tandem.content import Action, Content, Layouts, Phrases, Template
from tandem.customer import Channel, Customer, Send, SendEntry, SetConsent
from tandem.events import Line
from tandem.playbook import Product, Shop

NOW = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
SENDER = "hello@example.com"
SHOP = Shop(
    name="Needle & Groove",
    url="https://shop.example.com",
    postal_address="1 Example Street, Springfield",
    currency="USD",
    default_locale="en",
    default_time_zone="America/New_York",
)


def a_send(**changes: Any) -> Send:
    send = Send(
        id="5e" * 16,
        customer_id="c-1",
        campaign="post-purchase",
        template="thanks",
        channel=Channel.EMAIL,
        address="ana@example.com",
        locale="en",
        playbook=7,
        tier="medium",
        currency="USD",
        not_before=NOW - timedelta(minutes=1),
        not_after=NOW + timedelta(hours=24),
        first_name="Ana",
        lines=(Line("lp-1", 2, "Blue Tape", 2400),),
        recommended=("brush",),
        total_minor=4800,
        order_id="o-1",
    )
    return replace(send, **changes)


def a_text(**changes: Any) -> Send:
    return a_send(**{"channel": Channel.SMS, "address": "+12025550123", **changes})


def a_customer(send: Send, *, withdrawn: str = "", journey: str = "") -> Customer:
    """The customer as the actor left it when it decided this send."""
    entry = SendEntry(send.id, send.campaign, send.channel, NOW, send.not_after, withdrawn=withdrawn, journey=journey)
    return Customer(customer_id=send.customer_id, version=3, sends=(entry,))


def a_word(send: Send, *, granted: bool = True, said_at: datetime = NOW - timedelta(days=9)) -> SetConsent:
    """A word on what the send is for."""
    until = NOW + timedelta(days=1)
    return SetConsent("c0", send.channel, send.address, granted, said_at, until, purpose=send.purpose)


def a_template(**changes: Any) -> Template:
    words: dict[str, Any] = {
        "subject": "Thank you, {{ customer.first_name | default: 'music lover' }}",
        "preheader": "Your order {{ order.id | default: '' }} is on its way",
        "heading": "Thank you",
        "paragraphs": ["Hi {{ customer.first_name | default: 'there' }},", "We are packing."],
        "show": ["lines", "recommendations"],
        "action": Action(label="See more", url="{{ shop.url }}/new"),
        "sms": "Hi {{ customer.first_name | default: 'there' }}, thank you! {{ shop.url }}/new",
    }
    return Template.model_validate({**words, **changes})


def a_content(**templates: Template) -> Content:
    """The content of playbook 7: the templates given, in English, and `thanks`."""
    phrases = {name: name.replace("_", " ").capitalize() for name in Phrases.model_fields}
    return Content(
        number=7,
        shop=SHOP,
        products=(
            Product(id="lp-1", name="Blue Tape", price=Decimal(24), path="/lp-1", tip={"en": "Keep it upright."}),
            Product(id="brush", name="Record brush", price=Decimal("9.5"), path="/brush"),
        ),
        layouts=Layouts(
            html='<html lang="{{ locale }}"><title>{{ message.subject }}</title>'
            "{% for text in message.paragraphs %}<p>{{ text }}</p>{% endfor %}"
            "{% for line in lines %}<li>{{ line.quantity }} {{ line.name }}</li>{% endfor %}</html>",
            text="{% for text in message.paragraphs %}{{ text }}\n{% endfor %}{{ message.action.url }}",
        ),
        phrases={"en": Phrases.model_validate(phrases)},
        templates={name: {"en": template} for name, template in {"thanks": a_template(), **templates}.items()},
    )
