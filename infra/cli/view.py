"""All that a stack knows of one customer."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import batched
from typing import TYPE_CHECKING, Any, Final

from infra.cli.session import Session
from infra.explain import LedgerRow, read_row
from tandem.actor import Loaded
from tandem.adapters.aws import calling
from tandem.adapters.customer_table import CustomerTable
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.playbook_files import PlaybookFiles
from tandem.attributes import Profile, SnapshotHeader
from tandem.customer import Customer
from tandem.decisions import Decision, Reached
from tandem.playbook import NONE, Playbook, Stops

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

MOST_KEYS: Final = 100


@dataclass(frozen=True, slots=True)
class View:
    """`customer` and `profile` are None, `decisions` empty, where the stack knows nothing; so is `playbook`.

    `stops` is what operators have stopped, `reached` the goals that the decisions came to.
    """

    customer: Customer | None
    profile: Profile | None
    header: SnapshotHeader | None
    decisions: tuple[Decision, ...]
    rows: dict[str, LedgerRow]
    playbook: Playbook | None
    stops: Stops = NONE
    reached: tuple[Reached, ...] = ()

    @property
    def currency(self) -> str:
        """The shop's; empty without a playbook."""
        return self.playbook.shop.currency if self.playbook else ""

    @property
    def is_empty(self) -> bool:
        """Whether nobody has ever heard of this customer."""
        return self.customer is None and self.profile is None and not self.decisions


def view(session: Session, customer_id: str) -> View:
    """Reads it, strongly consistent where that matters."""
    stack = session.stack()
    dynamodb = session.client("dynamodb")
    loaded, playbook = read_customer(session, customer_id)
    customer = loaded.customers.get(customer_id)
    table = DecisionTable(dynamodb, stack["DecisionsTableName"])
    decisions = tuple(table.of(customer_id))
    sends = {decision.id for decision in decisions if decision.campaign}
    sends |= {entry.id for entry in customer.sends} if customer else set()
    return View(
        customer=customer,
        profile=loaded.profiles.get(customer_id),
        header=loaded.header,
        decisions=decisions,
        rows={row.id: row for row in ledger_rows(dynamodb, stack["LedgerTableName"], sends)},
        playbook=playbook,
        stops=loaded.live.stops,
        reached=table.reached(customer_id),
    )


def read_customer(session: Session, customer_id: str) -> tuple[Loaded, Playbook | None]:
    """The customer, its profile and the snapshot's header, strongly consistent, and the playbook that is live."""
    stack = session.stack()
    table = CustomerTable(
        client=session.client("dynamodb"),
        customers=stack["CustomersTableName"],
        profiles=stack["ProfilesTableName"],
        playbooks=stack["PlaybooksTableName"],
        tombstones=stack["TombstonesTableName"],
        pause=lambda _: None,
    )
    loaded: Loaded = table.load_again(customer_id)
    files = PlaybookFiles(session.client("s3"), stack["BucketName"])
    number = loaded.live.at(session.clock())
    return loaded, files.get(number) if number else None


def ledger_rows(client: "DynamoDBClient", table: str, ids: Collection[str]) -> Iterator[LedgerRow]:
    """The rows of these sends; one that was never tried has none. Raises Unavailable."""
    for chunk in batched(sorted(ids), MOST_KEYS, strict=False):
        wanted: Any = {table: {"Keys": [{"pk": {"S": each}} for each in chunk], "ConsistentRead": True}}
        while wanted:
            with calling("dynamodb", "BatchGetItem"):
                answer = client.batch_get_item(RequestItems=wanted)
            yield from (read_row(item) for item in answer["Responses"].get(table, []))
            wanted = answer.get("UnprocessedKeys")
