"""A person is erased on the deployed local stack, IAM enforced: late events and builds bring nobody back."""

from datetime import UTC, datetime
from io import StringIO
from typing import Any

from infra.cli.main import parser, run
from infra.cli.screen import Screen
from infra.cli.session import Session
from infra.cli.stack import Stack
from tandem.adapters.customer_table import PROFILE
from tandem.customer.tombstone import tombstone_key
from tests.stack.deployed import Deployed, wait_for

RECORD = {"product_id": "lp-midnight", "name": "Midnight Tramway", "price": "25.00", "quantity": 1}


def typed(deployed: Deployed, *words: str) -> tuple[int, str]:
    """The exit code and what was printed."""
    out, err = StringIO(), StringIO()
    held = Session(
        Screen(out, err),
        deployed.stack.client,
        lambda: Stack("tandem", dict(deployed.outputs)),
        lambda: datetime.now(UTC),
        StringIO(),
    )
    code = run(parser({}).parse_args(words), held)
    return code, out.getvalue() + err.getvalue()


def item(deployed: Deployed, table: str, key: str) -> Any:
    client = deployed.stack.client("dynamodb")
    return client.get_item(TableName=deployed.outputs[table], Key={"pk": {"S": key}}, ConsistentRead=True).get("Item")


def test_an_erased_customer_is_gone_and_does_not_come_back(deployed: Deployed) -> None:
    customer = deployed.someone()
    order = {"order_id": f"order-{customer}", "total": "25.00", "currency": "USD", "products": [RECORD]}
    deployed.publish("order_completed", customer, order)
    deployed.publish("cart_viewed", customer, {"cart_id": "c1", "products": [RECORD]})
    [mail] = wait_for(lambda: deployed.mails(customer))
    assert mail
    decided = wait_for(lambda: deployed.decisions(customer))
    sent = next(each.id for each in decided if each.campaign)
    wait_for(lambda: "sent_at" in deployed.ledger(sent))

    code, printed = typed(deployed, "erase", customer, "--yes")
    assert code == 0, printed
    deployed.publish("order_completed", customer, {**order, "order_id": f"late-{customer}"})
    deployed.publish("customer_identified", customer, {"email": f"{customer}@example.com"})
    somebody = deployed.someone()  # who comes after them is handled: so were they
    wait_for(lambda: deployed.customer(somebody))

    assert deployed.customer(customer) is None
    assert deployed.decisions(customer) == []
    assert item(deployed, "ProfilesTableName", PROFILE + customer) is None
    assert item(deployed, "TombstonesTableName", tombstone_key(customer))["erased_at"]
    row = deployed.ledger(sent)
    assert (row["status"], "customer_id" in row, "address_hash" in row) == ("sent", False, False)
    assert typed(deployed, "why", customer)[0] == 2
    assert len(deployed.mails(customer)) == 1
