"""What a day left behind, read from the stack: customers, decisions, ledger, mails, texts, dead letters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from infra.demo.bus import Announced, heard
from infra.demo.house import House
from infra.demo.quiet import dead_letters
from infra.explain import LedgerRow, read_row
from infra.local import Mail, Text
from infra.report.aims import aims
from infra.report.model import Told
from infra.report.read import Tables
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.decision_table import read_item
from tandem.customer import Customer, unpack_customer
from tandem.decisions import Decision, Reached
from tandem.events.times import read_time


@dataclass(frozen=True, slots=True)
class Findings:
    """`reserved_at` is, for each row of the ledger that was reserved, when. Mails and texts are as the provider has
    them; `dead_letters` counts by queue; `received` says when the door first took each event in, by event id, as the
    archive has it; `announced` is what landed from the event bus. `reached` are the goals that decisions came to;
    `told` is what `tandem report` counts, and None where there are no tables.
    """

    customers: Mapping[str, Customer]
    decisions: tuple[Decision, ...]
    ledger: Mapping[str, LedgerRow]
    reserved_at: Mapping[str, datetime]
    mails: tuple[Mail, ...]
    texts: tuple[Text, ...]
    dead_letters: Mapping[str, int]
    received: Mapping[str, datetime]
    announced: tuple[Announced, ...] = ()
    reached: tuple[Reached, ...] = ()
    told: Told | None = None

    def of(self, customer_id: str) -> tuple[Decision, ...]:
        """A customer's decisions, oldest first."""
        return tuple(decision for decision in self.decisions if decision.customer_id == customer_id)

    def chosen(self, customer_id: str) -> list[Decision]:
        """Those of them that chose a message."""
        return [decision for decision in self.of(customer_id) if decision.campaign]


def gather(house: House, since: datetime) -> Findings:
    """Reads all of it; the archive from `since` on. Call it when nothing moves any more."""
    stack, outputs = house.stack, house.outputs
    rows = _ledger_items(house)
    ledger = {row.id: row for row in map(read_row, rows)}
    records = [read_item(item) for item in _items(house, "DecisionsTableName")]
    decisions = [each for each in records if isinstance(each, Decision)]
    return Findings(
        customers=read_customers(house),
        decisions=tuple(sorted(decisions, key=lambda each: each.at)),
        ledger=ledger,
        reserved_at={
            row["pk"]["S"]: read_time(row["reserved_at"]["S"], "reserved_at") for row in rows if "reserved_at" in row
        },
        mails=tuple(stack.mails()),
        texts=tuple(stack.texts()),
        dead_letters=dead_letters(stack.client("sqs"), outputs),
        received=_received(house, since),
        announced=heard(stack, house.listener),
        reached=tuple(each for each in records if isinstance(each, Reached)),
        told=_told(house, since),
    )


def _told(house: House, since: datetime) -> Told:
    outputs = house.outputs
    tables = Tables(house.stack.client("dynamodb"), outputs["DecisionsTableName"], outputs["LedgerTableName"])
    return tables.tally(since).report(datetime.now(UTC), aims(house.draft.playbook))


def _received(house: House, since: datetime) -> dict[str, datetime]:
    archive = ArchiveFiles(house.stack.client("s3"), house.outputs["BucketName"])
    first: dict[str, datetime] = {}
    for event in archive.read(since, datetime.now(UTC)):
        first[event.event_id] = min(first.get(event.event_id, event.received_at), event.received_at)
    return first


def read_customers(house: House) -> dict[str, Customer]:
    """Every customer's record, by id."""
    return {item["pk"]["S"]: _customer(item) for item in _items(house, "CustomersTableName")}


def read_ledger(house: House) -> list[LedgerRow]:
    """Every row of the ledger."""
    return [read_row(item) for item in _ledger_items(house)]


def _ledger_items(house: House) -> list[Mapping[str, Any]]:
    """The rows of sends: what `send` counts its pace by lies in the same table."""
    return [item for item in _items(house, "LedgerTableName") if "status" in item]


def _items(house: House, table: str) -> Iterator[Mapping[str, Any]]:
    pages = house.stack.client("dynamodb").get_paginator("scan").paginate(TableName=house.outputs[table])
    for page in pages:
        yield from page["Items"]


def _customer(item: Mapping[str, Any]) -> Customer:
    return unpack_customer(bytes(item["data"]["B"]), int(item["version"]["N"]))
