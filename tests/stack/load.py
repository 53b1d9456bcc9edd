"""A load of made-up people who look around and order once each, and what became of each of them."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import batched
from random import Random
from typing import Any, Final

from infra.local import Mail
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.outbox import group_of
from tandem.customer import Customer
from tandem.events import digest, order_identity
from tests.stack.deployed import Deployed

VIEWS: Final = 4
RECORD: Final = {"product_id": "lp-midnight", "name": "Midnight Tramway", "price": "25.00", "quantity": 1}
AT_ONCE: Final = 8  # threads that publish, or look


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one person: of which events nothing is known, their rows of the ledger, the mails that left."""

    customer: str
    missing: frozenset[str]
    rows: tuple[Mapping[str, str], ...]
    mails: tuple[Mail, ...]

    @property
    def open(self) -> list[Mapping[str, str]]:
        """Rows of which it is not known whether the message left."""
        return [row for row in self.rows if row["status"] not in ("sent", "refused")]

    @property
    def untold(self) -> list[Mail]:
        """Mails that left and that no row knows of."""
        known = {row.get("provider_id") for row in self.rows}
        return [mail for mail in self.mails if mail.message_id not in known]


@dataclass(frozen=True, slots=True)
class Load:
    """So many people; the names begin with `name`. Each says who they are, looks at records and orders one."""

    name: str
    people: int
    began: datetime

    @property
    def customers(self) -> list[str]:
        """Their ids."""
        return [f"{self.name}-{number}" for number in range(self.people)]

    def words(self) -> list[dict[str, Any]]:
        """Who they are, and that they want mails."""
        return [self._event(who, "customer_identified", "word", _who(who)) for who in self.customers]

    def acts(self) -> list[dict[str, Any]]:
        """What they do, in a random order."""
        acts = [
            self._event(who, "product_viewed", f"view-{number}", RECORD)
            for who in self.customers
            for number in range(VIEWS)
        ]
        acts += [self._event(who, "order_completed", "order", _order(who)) for who in self.customers]
        Random(self.name).shuffle(acts)
        return acts

    def publish(self, deployed: Deployed, events: list[dict[str, Any]]) -> None:
        """By the door, ten a call."""
        sns, topic = deployed.stack.client("sns"), deployed.outputs["EventsTopicArn"]

        def put(chunk: tuple[dict[str, Any], ...]) -> None:
            entries = [
                {"Id": str(at), "Message": json.dumps(each), "MessageGroupId": group_of(each["customer_id"])}
                for at, each in enumerate(chunk)
            ]
            assert not sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries).get("Failed")

        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(put, batched(events, 10, strict=False)))

    def ended(self, deployed: Deployed) -> list[Ended]:
        """What became of everybody by now."""
        mails: dict[str, list[Mail]] = {}
        for mail in deployed.stack.mails():
            for address in mail.to:
                mails.setdefault(address.partition("@")[0], []).append(mail)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            return list(pool.map(lambda who: self._ended(deployed, who, tuple(mails.get(who, ()))), self.customers))

    def archived(self, deployed: Deployed) -> int:
        """How many of the events lie in the archive, copies not counted."""
        archive = ArchiveFiles(deployed.stack.client("s3"), deployed.outputs["BucketName"])
        minute = timedelta(minutes=1)  # the local topic stamps whole seconds
        found = archive.read(self.began - minute, datetime.now(UTC) + minute)
        wanted = {each["event_id"] for each in (*self.words(), *self.acts())}
        return len({event.event_id for event in found} & wanted)

    def _ended(self, deployed: Deployed, who: str, mails: tuple[Mail, ...]) -> Ended:
        customer = deployed.customer(who)
        held = set(_held(customer)) if customer else set()
        chosen = [each.id for each in deployed.decisions(who) if each.campaign]
        rows = tuple(row for each in chosen if (row := deployed.row(each)))
        return Ended(who, frozenset(set(self._identities(who)) - held), rows, mails)

    def _event(self, who: str, kind: str, name: str, properties: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "v": 1,
            "event_id": f"{who}-{name}",
            "type": kind,
            "customer_id": who,
            "occurred_at": self.began.isoformat(),
            "properties": properties,
        }

    def _identities(self, who: str) -> Iterator[str]:
        yield digest("customer_identified", f"{who}-word")
        yield order_identity(f"{who}-order")
        for number in range(VIEWS):
            yield digest("product_viewed", f"{who}-view-{number}")


def _who(who: str) -> dict[str, Any]:
    return {"email": f"{who}@example.com", "first_name": "Ana", "consents": {"email": True}}


def _order(who: str) -> dict[str, Any]:
    return {"order_id": f"{who}-order", "total": "25.00", "currency": "USD", "products": [RECORD]}


def _held(customer: Customer) -> Iterator[str]:
    """The identities of events that a record knows."""
    yield from (each.identity for each in customer.live.entries)
    yield from (each.identity for each in customer.orders)
    for day in customer.seen.values():
        yield from day
