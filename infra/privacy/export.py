"""All that is held of a person as one JSON document: for them, and readable by machines."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from boto3.dynamodb.types import TypeDeserializer

from infra.privacy import traces
from infra.privacy.tables import Item, Tables
from tandem.attributes import Attributes
from tandem.customer import Customer, Said, effect_document
from tandem.customer.document import customer_document
from tandem.events.times import to_text

_PLAIN: Final = TypeDeserializer()


def record(customer: Customer, attributes: Attributes | None) -> dict[str, Any]:
    """The fast brain's record, readable, and at its end as it is stored. Times are ISO 8601 in UTC."""
    return {
        "version": customer.version,
        "traits": _said(customer.traits),
        "consents": _said(customer.consents),
        "dead_addresses": _said(customer.dead),
        "carts": _carts(attributes),
        "orders": [_plain(each) for each in customer.orders],
        "cart_events": [_plain(each) for each in customer.cart_facts],
        "journeys": [_plain(each) for each in customer.journeys],
        "ended_journeys": [_plain(each) for each in customer.ended],
        "waiting": [_plain(each) for each in customer.waiting],
        "messages": [_plain(each) for each in customer.sends],
        "timers": timers(customer),
        "owed": [effect_document(each) for each in customer.owed],
        "announced": dict(customer.announced),
        "stored": customer_document(customer),
    }


def timers(customer: Customer) -> list[dict[str, Any]]:
    """What will wake the customer, and when."""
    return [
        {"timer": key, "armed_for": to_text(timer.armed_for), "handled": timer.handled and to_text(timer.handled)}
        for key, timer in sorted(customer.timers.items())
        if timer.armed_for
    ]


def messages(tables: Tables, customer_id: str, customer: Customer | None) -> list[Item]:
    """The ledger's rows."""
    ids = traces.sends(customer, tables.decisions(customer_id)) | tables.open_rows(customer_id)
    return tables.rows(ids)


def consents(tables: Tables, customer_id: str, customer: Customer | None, rows: Iterable[Item]) -> list[dict[str, Any]]:
    """The consent items of all addresses that are known: yes and no."""
    return plain_items(tables.consents(traces.consents(customer_id, customer, rows)))


def plain_items(items: Iterable[Item]) -> list[dict[str, Any]]:
    """DynamoDB's items as plain JSON, sorted by their keys."""
    read = ({name: _plain(_PLAIN.deserialize(value)) for name, value in item.items()} for item in items)
    return sorted(read, key=lambda item: str(item["pk"]))


def _said(words: Mapping[Any, Said]) -> dict[str, Any]:
    return {str(name): {"value": said.value, "said_at": to_text(said.at)} for name, said in sorted(words.items())}


def _carts(attributes: Attributes | None) -> list[dict[str, Any]]:
    if attributes is None:
        return []
    return [_plain(cart) for _, cart in sorted(attributes.carts.open.items())]


def _plain(value: Any) -> Any:
    """What JSON has a form for."""
    match value:
        case datetime():
            return to_text(value)
        case date():
            return value.isoformat()
        case _ if is_dataclass(value):
            return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
        case Decimal():
            return int(value) if value == int(value) else float(value)
        case Mapping():
            return {str(name): _plain(part) for name, part in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_plain(part) for part in value]
        case _:
            return value
