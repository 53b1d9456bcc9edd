"""A day that is over, as a report for the pages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from typing import Final

from infra.demo.house import STARTER
from infra.demo.messages import shown_mails, shown_texts
from infra.demo.people import Person
from infra.demo.run import Lived
from infra.demo.sources import about
from infra.demo.tales import stories
from infra.explain import timeline
from infra.explain.words import count
from infra.pages.attributes import shown_attributes
from infra.pages.local_pictures import with_local_pictures
from infra.pages.model import CustomerReport, Look, Report, ShownMail, ShownText, Summary
from infra.preview.schemes import in_scheme
from tandem.actor import attributes_of
from tandem.content.money import money_text
from tandem.customer import Customer

CAME_OF_IT: Final = "report.html"
_ROLES: Final[Mapping[str, str]] = {
    "low": "leaves the same cart as two others, tier low",
    "medium": "leaves the same cart as two others, tier medium",
    "high": "leaves the same cart as two others, tier high",
    "raised": "gets a higher tier by the order of the day",
    "late": "has a cart that arrives after its order",
    "tenfold": "has an order that is delivered ten times",
    "capped": "orders more often than the cap allows messages",
    "partly": "returns part of an order from before",
    "returned": "returns the whole order of the day",
    "early": "has a refund that arrives before its order",
    "abroad": "also orders in another currency",
    "browsing": "has never ordered, and looks around",
    "handed": "has an order that a snapshot takes over in the middle of the day",
    "two_carts": "leaves two carts, and orders one of them",
    "halted": "orders while all messages are stopped",
    "sorry": "gives the only order back, and orders again",
}
_MADE_UP: Final[Mapping[str, str]] = {
    "partly": "the refund",
    "returned": "the refund",
    "early": "the refund",
    "abroad": "the order in euros",
    "browsing": "every look at a product",
    "sorry": "the refund",
}


def report(lived: Lived, summary: Summary) -> Report:
    """Everything there is to show, a page for each customer who took part."""
    mails, texts = defaultdict[str, list[ShownMail]](list), defaultdict[str, list[ShownText]](list)
    owners = {decision.id: decision.customer_id for decision in lived.findings.decisions}
    sent = [_seen(mail, lived) for mail in shown_mails(lived.findings, lived.house.draft.playbook.shop.name)]
    for mail in sent:
        mails[owners[mail.decision_id]].append(mail)
    for text in shown_texts(lived.findings):
        texts[owners[text.decision_id]].append(text)
    customers = {
        each: _customer(lived, customer, mails[each], texts[each])
        for each, customer in sorted(lived.findings.customers.items())
    }
    return Report(
        title="A day at the shop, 18 March 1997, lived today",
        made_at=lived.began,
        summary=summary,
        stories=stories(lived, customers),
        customers=tuple(customers.values()),
        came_of_it=CAME_OF_IT if lived.findings.told else "",
        looks=tuple(_looks(sent)),
    )


def _seen(mail: ShownMail, lived: Lived) -> ShownMail:
    """With the pictures that the shop's site would serve."""
    return replace(mail, html=with_local_pictures(mail.html, lived.house.draft.playbook.shop.url, STARTER))


def _looks(mails: Iterable[ShownMail]) -> Iterator[Look]:
    """One mail of each template, in English where there is one."""
    ordered = sorted(mails, key=lambda mail: (mail.template, not mail.locale.startswith("en"), mail.sent_at))
    for template, found in groupby(ordered, key=lambda mail: mail.template):
        mail = next(found)
        yield Look(template, mail.subject, in_scheme(mail.html, "light"), in_scheme(mail.html, "dark"))


def _customer(
    lived: Lived, customer: Customer, mails: Iterable[ShownMail], texts: Iterable[ShownText]
) -> CustomerReport:
    one, known, findings = customer.customer_id, lived.middle.known, lived.findings
    playbook, decisions = lived.house.draft.playbook, findings.of(one)
    profile = known.profiles.get(one)
    rows = {decision.id: findings.ledger[decision.id] for decision in decisions if decision.id in findings.ledger}
    person = lived.day.people[one]
    return CustomerReport(
        customer_id=one,
        name=person.first_name,
        facts=_facts(lived, customer, person),
        entries=timeline(
            customer,
            profile,
            decisions,
            rows,
            header=known.header,
            currency=playbook.shop.currency,
            rules=playbook.ruleset,
            reached=findings.reached,
        ),
        mails=tuple(mails),
        texts=tuple(texts),
        notes=_notes(lived, one),
        attributes=shown_attributes(about(lived, customer, known, lived.ended)),
    )


def _facts(lived: Lived, customer: Customer, person: Person) -> dict[str, str]:
    playbook, known = lived.house.draft.playbook, lived.middle.known
    profile = known.profiles.get(customer.customer_id)
    attributes = attributes_of(customer, profile, known.header, playbook, now=lived.ended)
    said = [f"{'yes' if yes else 'no'} to {channel}" for channel, yes in person.consents.items()]
    return {
        "tier": str(attributes.basket_tier),
        "orders": str(attributes["orders"]),
        "revenue": money_text(attributes["revenue_minor"], playbook.shop.currency),
        "reached at": person.email or person.phone,
        "locale": person.locale,
        "consents": ", ".join(said) or "never asked",
    }


def _notes(lived: Lived, customer_id: str) -> tuple[str, ...]:
    ordered = sum(order.customer_id == customer_id for order in lived.day.orders)
    role = lived.day.cast.roles().get(customer_id)
    also = f", and {_MADE_UP[role]}" if role and role in _MADE_UP else ""
    real = f"Real: customer {customer_id} of the CDNOW data set, with {count(ordered, 'order')} on 18 March 1997"
    return (
        *([f"In a story: {_ROLES[role]}."] if role else []),
        f"{real}; their days (moved to end today), numbers of CDs and amounts.",
        f"Made up: name, addresses, language, consents, products, carts, looks and times of day{also}.",
    )
