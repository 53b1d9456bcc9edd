"""`tandem erase` and `tandem export`: a person is taken out whole, does not come back, and gets all that is held."""

import gzip
import json
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3
import pytest

from infra.cli.people import tables_of, tombstones_of
from infra.privacy.erase import Erased, Eraser
from infra.privacy.tables import Tables
from tandem.adapters.archive_files import ArchiveFiles
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.tombstone_table import TombstoneTable
from tandem.archive import Delivery, keep
from tandem.attributes.stored import pack_profile
from tandem.customer import Channel, Send
from tandem.customer.consent import consent_key
from tandem.customer.tombstone import tombstone_key
from tests.aws.cli_world import session
from tests.aws.killing import Killed, Killer, When
from tests.aws.shop_world import Shop, mails, schedules, taken
from tests.builders import DAY, HOUR, MINUTE, NOON, by_door, envelope, profile
from tests.unit.cli.typed import Typed, typed

GONE = ("customers", "profiles", "decisions")
CART = {"cart_id": "c1", "product_id": "p1", "name": "A record", "price": "20.00"}


def person(customer: str, email: str = "") -> dict[str, Any]:
    traits = {"email": email or f"{customer}@example.com", "first_name": customer.title(), "consents": {"email": True}}
    return envelope("customer_identified", f"hello-{customer}-{email}", NOON - DAY, traits, customer)


def bought(customer: str, order_id: str = "o1") -> dict[str, Any]:
    properties = {"order_id": order_id, "total": "30.00", "currency": "USD"}
    return envelope("order_completed", f"event-{customer}-{order_id}", NOON - MINUTE, properties, customer)


def touched(customer: str) -> dict[str, Any]:
    return envelope("product_added", f"touch-{customer}", NOON, CART, customer)


def lived(shop: Shop, customer: str) -> list[Send]:
    """Somebody of whom there is something everywhere; what was decided of them lies in no queue any more."""
    shop.receive(person(customer))
    shop.receive(bought(customer), touched(customer))
    sends = shop.sends()
    assert "Sent" in shop.deliver(sends)
    DecisionTable(boto3.client("dynamodb"), "decisions").put(shop.records())
    item: Any = {
        "pk": {"S": f"profile#{customer}"},
        "data": {"B": pack_profile(replace(profile(), customer_id=customer))},
    }
    boto3.client("dynamodb").put_item(TableName="profiles", Item=item)
    return sends


def held_in(table: str) -> list[dict[str, Any]]:
    return boto3.client("dynamodb").scan(TableName=table)["Items"]


def named(customer: str) -> list[str]:
    """The tables that name somebody anywhere, in a key, a text or packed bytes."""
    found = [table for table in GONE if any(customer in item["pk"]["S"] for item in held_in(table))]
    return found + [table for table in ("ledger", "consents", "tombstones") if customer in json.dumps(held_in(table))]


def erase(*words: str) -> Typed:
    return typed("erase", *words, session=session(now=NOON + HOUR))


def test_nothing_of_an_erased_customer_is_left_and_everything_of_the_others(shop: Shop) -> None:
    [sent, *_] = lived(shop, "ada")
    kept = [send.id for send in lived(shop, "bob")]
    waiting = len(schedules())
    answer = erase("ada", "--yes")

    assert answer.code == 0
    assert named("ada") == []
    assert named("bob") == ["customers", "profiles", "decisions", "ledger"]
    assert 0 < len(schedules()) < waiting
    [row] = [row for row in held_in("ledger") if row["pk"]["S"] == sent.id]
    assert {"campaign", "channel", "status", "sent_at", "erased_at"} <= row.keys()
    assert not {"customer_id", "address_hash", "send", "locale", "provider_id"} & row.keys()
    assert {row["pk"]["S"] for row in held_in("ledger") if "customer_id" in row} == set(kept)
    assert [item["pk"]["S"] for item in held_in("consents")] == [consent_key(Channel.EMAIL, "bob@example.com")]
    assert held_in("tombstones") == [{"pk": {"S": tombstone_key("ada")}, "erased_at": {"S": "2026-11-20T13:00:00Z"}}]


def test_it_says_what_was_deleted_what_stays_and_to_look_again(shop: Shop) -> None:
    lived(shop, "ada")
    answer = erase("ada", "--yes")

    assert "ada is erased." in answer.out
    assert "Deleted: 1 record, 3 timers, 1 profile, 1 decision, 1 consent. Made anonymous: 1 message." in answer.out
    for words in (
        "snapshots on S3 for 90 days",
        "events in the archive and in imports",
        "tandem erase ada --yes    (again",
    ):
        assert words in answer.out


def test_a_no_stays_and_a_yes_goes_also_of_a_former_address(shop: Shop) -> None:
    lived(shop, "ada")
    said = {"email": "new@example.com", "consents": {"email": {"marketing": True, "news": False}}}
    shop.receive(envelope("customer_identified", "moved", NOON + MINUTE, said, "ada"))
    assert len(held_in("consents")) == 4  # the no is written to both addresses
    erase("ada", "--yes")

    addresses = ("ada@example.com", "new@example.com")
    left = {item["pk"]["S"]: item["status"]["S"] for item in held_in("consents")}
    assert left == {consent_key(Channel.EMAIL, each, "news"): "denied" for each in addresses}


def test_without_yes_the_id_has_to_be_typed(shop: Shop) -> None:
    lived(shop, "ada")
    held = session()

    wrong = typed("erase", "ada", session=held, stdin="bob\n")
    assert wrong.code == 2
    assert "nothing was done" in wrong.err
    assert held_in("tombstones") == []
    assert "customers" in named("ada")

    assert typed("erase", "ada", session=held, stdin="ada\n").code == 0
    assert named("ada") == []


def test_somebody_unknown_gets_a_tombstone_too(shop: Shop) -> None:
    answer = erase("nobody", "--yes")

    assert "There was nothing of this customer; the tombstone stands." in answer.out
    assert [item["pk"]["S"] for item in held_in("tombstones")] == [tombstone_key("nobody")]
    shop.receive(person("nobody"))
    assert held_in("customers") == []


def test_late_events_timers_and_messages_bring_nobody_back(shop: Shop) -> None:
    shop.receive(person("ada"))
    shop.receive(bought("ada"), touched("ada"))
    sends = shop.sends()
    timers = shop.customer().timers
    [(key, armed)] = [(key, timer.armed_for) for key, timer in timers.items() if timer.armed_for][:1]
    erase("ada", "--yes")
    taken("records")
    told = {"timer": key, "armed_for": armed.isoformat()}
    fired = envelope("timer_fired", "t1", armed, told, "ada")

    late = shop.receive(bought("ada", "o2"), person("bob"))
    woken = shop.trigger([replace(shop.message({}), body=json.dumps(fired))])

    assert (late.failed, late.erased, late.events) == (set(), 1, 1)
    assert (woken.failed, woken.erased, woken.events) == (set(), 1, 0)
    assert named("ada") == []
    assert set(shop.deliver(sends)) == {"Refused"}
    assert mails() == []
    assert held_in("ledger") == []
    assert shop.records() == []


def test_who_is_erased_while_a_worker_holds_the_record_stays_erased(shop: Shop) -> None:
    shop.receive(person("ada"))
    shop.receive(person("ada"))
    table: Any = shop.actor.customers
    before = table.load(["ada"])
    erase("ada", "--yes")
    late: Any = SimpleNamespace(load=lambda _: before, load_again=table.load_again, save=table.save)

    handled = replace(shop.actor, customers=late, clock=lambda: shop.now).handle([shop.message(bought("ada"))])

    assert (handled.failed, handled.conflicts, handled.erased) == (set(), 1, 1)
    assert named("ada") == []


def test_what_is_saved_while_the_record_is_being_deleted_is_seen(shop: Shop) -> None:
    lived(shop, "ada")
    client = boto3.client("dynamodb")
    late = iter([person("ada", "new@example.com")])  # only the record leads to this address

    def save(params: Any, **_: Any) -> None:
        if params["TableName"] == "customers" and (event := next(late, None)):
            shop.receive(event)

    client.meta.events.register("provide-client-params.dynamodb.DeleteItem", save)
    done = eraser(client, boto3.client("scheduler")).erase("ada")

    assert done.records == 1
    assert named("ada") == []
    assert schedules() == []
    assert held_in("consents") == []


def test_the_row_of_a_send_that_was_cut_off_is_found_when_nothing_leads_to_it(shop: Shop) -> None:
    shop.receive(person("ada"))
    shop.receive(bought("ada"))
    [send, *_] = shop.sends()
    erase("ada", "--yes")
    row = {"customer_id": "ada", "address_hash": "h", "status": "reserved", "unsettled": send.id[:1]}
    row |= {"pk": send.id, "campaign": "c", "channel": "email", "unsettled_at": "2026-11-20T12:00:00.000000Z"}
    boto3.client("dynamodb").put_item(TableName="ledger", Item={name: {"S": said} for name, said in row.items()})

    answer = erase("ada", "--yes")

    assert "Made anonymous: 1 message." in answer.out
    assert named("ada") == []
    [left] = held_in("ledger")
    assert left["unsettled"] == {"S": send.id[:1]}  # settle still gives it up


def eraser(dynamodb: Any, scheduler: Any) -> Eraser:
    held = session()
    tables: Tables = replace(tables_of(held), dynamodb=dynamodb, scheduler=scheduler)
    return Eraser(tables, TombstoneTable(dynamodb, tombstones_of(held).table), lambda: NOON + HOUR)


WRITES = ("PutItem", "DeleteItem", "UpdateItem", "BatchWriteItem", "DeleteSchedule")


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_write_and_run_again_nothing_is_left(shop: Shop, when: When) -> None:
    """What is read between two writes changes nothing."""
    clients = boto3.client("dynamodb"), boto3.client("scheduler")
    killer, run = Killer(clients), eraser(*clients)
    lived(shop, "ada")
    run.erase("ada")
    writes = [number for number, call in enumerate(killer.calls) if call in WRITES]
    assert {killer.calls[number] for number in writes} == set(WRITES)

    for number in writes:
        customer = f"ada-{number}"
        lived(shop, customer)
        killer.arm(number, when)
        with pytest.raises(Killed):
            run.erase(customer)
        killer.disarm()
        run.erase(customer)

        assert named(customer) == [], number
        assert schedules() == [], number
        assert [item for item in held_in("consents") if item["status"]["S"] == "granted"] == [], number
        assert run.erase(customer) == Erased()


def archived(shop: Shop, *events: dict[str, Any]) -> ArchiveFiles:
    shelf = ArchiveFiles(boto3.client("s3"), "tandem-bucket")
    bodies = [*(by_door(event, NOON) for event in events), by_door({"type": "what", "customer_id": "ada"}, NOON)]
    deliveries = [Delivery(f"d{number}", body, NOON) for number, body in enumerate(bodies)]
    assert keep(deliveries, shelf).failed == set()
    return shelf


def lines() -> Iterator[str]:
    s3 = boto3.client("s3")
    for place in ("archive/", "imports/", "refused/"):
        for each in s3.list_objects_v2(Bucket="tandem-bucket", Prefix=place).get("Contents", []):
            body = s3.get_object(Bucket="tandem-bucket", Key=each["Key"])["Body"].read()
            yield from gzip.GzipFile(fileobj=BytesIO(body)).read().decode().splitlines()


def test_the_archive_is_written_without_the_persons_lines_and_the_others_are_as_they_were(shop: Shop) -> None:
    archive = archived(shop, bought("ada"), bought("bob"), person("ada"))
    before = [line for line in lines() if "bob" in line]

    answer = erase("ada", "--yes", "--archive")

    assert "Taken out of the bucket: 3 events in 2 objects (2 objects looked through)." in answer.out
    assert list(lines()) == before
    assert [event.customer_id for event in archive.read(NOON - DAY, NOON + DAY)] == ["bob"]
    assert "0 events in 0 objects" in erase("ada", "--yes", "--archive").out


def test_who_comes_back_begins_anew_and_what_is_old_is_out_of_the_archive_first(shop: Shop) -> None:
    lived(shop, "ada")
    archived(shop, bought("ada"))
    erase("ada", "--yes")

    answer = erase("ada", "--lift", "--yes")

    assert answer.code == 0
    assert "ada may be a customer again" in answer.out
    assert [line for line in lines() if "ada" in line] == []
    assert held_in("tombstones") == []
    shop.receive(person("ada"))
    assert shop.customer().orders == ()
    assert erase("ada", "--lift", "--yes").code == 2


def test_why_says_of_an_erased_customer_that_they_were_erased(shop: Shop) -> None:
    lived(shop, "ada")
    erase("ada", "--yes")
    answer = typed("why", "ada", session=session())

    assert answer.code == 2
    assert "was erased at 2026-11-20T13:00:00Z" in answer.err


def test_an_export_holds_everything_and_can_be_read_by_machines(shop: Shop, tmp_path: Path) -> None:
    [sent, *_] = lived(shop, "ada")
    archived(shop, bought("ada"), bought("bob"))
    file = tmp_path / "ada.json"
    answer = typed("export", "ada", "--archive", "-o", str(file), session=session(now=NOON + HOUR))

    assert answer.code == 0
    document = json.loads(file.read_text())
    assert (document["v"], document["customer_id"], document["erased_at"]) == (1, "ada", None)
    record = document["record"]
    assert record["traits"]["email"] == {"value": "ada@example.com", "said_at": "2026-11-19T12:00:00Z"}
    assert record["consents"]["email"]["value"] == "granted"
    assert [cart["cart_id"] for cart in record["carts"]] == ["c1"]
    assert [order["order_id"] for order in record["orders"]] == ["o1"]
    assert {each["journey"] for each in record["journeys"]} >= {"post-purchase"}
    assert sent.id in {each["id"] for each in record["messages"]}
    assert all(each["armed_for"] for each in record["timers"])
    assert {each["attribute"] for each in document["attributes"]} >= {"orders"}
    assert document["profile"]["as_of"]
    assert sent.id in {each["id"] for each in document["decisions"]}
    assert [(row["pk"], row["status"]) for row in document["messages"] if row["pk"] == sent.id] == [(sent.id, "sent")]
    assert [item["status"] for item in document["consents"]] == ["granted"]
    assert [line["event"]["type"] for line in document["events"]] == ["order_completed", "what"]
    assert "bob" not in file.read_text()


def test_an_export_of_nobody_says_so_and_one_of_an_erased_customer_when_that_was(shop: Shop) -> None:
    nobody = typed("export", "nobody", session=session())
    assert nobody.code == 2
    assert "nothing is held of the customer nobody" in nobody.err

    lived(shop, "ada")
    erase("ada", "--yes")
    document = json.loads(typed("export", "ada", session=session()).out)

    assert document["erased_at"] == "2026-11-20T13:00:00Z"
    assert (document["record"], document["profile"], document["decisions"], document["messages"]) == (
        None,
        None,
        [],
        [],
    )
