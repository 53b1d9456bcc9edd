"""A day of the shop on a running stack, from an empty table to what it left behind."""

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from infra.demo.calendar import DAY, today
from infra.demo.cast import Cast, Known, choose
from infra.demo.cdnow import Order, orders
from infra.demo.day import Day, plan
from infra.demo.door import Envelope, publish
from infra.demo.findings import Findings, gather, read_ledger
from infra.demo.hearing import tell
from infra.demo.house import House, furnish, wake
from infra.demo.making import Scale
from infra.demo.middle import Middle, taking
from infra.demo.past import remember
from infra.demo.quiet import wait_until_quiet
from infra.demo.stages import Stages
from infra.demo.switch import all_stopped
from infra.local import LocalStack
from infra.local.paths import ROOT
from tandem.events.times import read_time

DATA: Final = ROOT / "tests/data/cdnow_master.txt"
PATIENCE: Final = timedelta(minutes=5)
_MINUTE: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Settings:
    """`customers` limits the day to so many of its customers, those of the stories first; None takes all."""

    out: Path
    seed: int = 18
    wait_seconds: int = 15
    scale: Scale = field(default_factory=Scale)
    customers: int | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """A day that is over. `began` is when its first event after the introductions was due, `ended` when all was quiet.

    `known` is the snapshot of the morning, `middle` the one taken during the day; `before` are the real orders that the
    morning's was made of.
    """

    house: House
    known: Known
    day: Day
    published: Sequence[Envelope]
    began: datetime
    findings: Findings
    middle: Middle
    before: Sequence[Order]
    ended: datetime


def live(stack: LocalStack, settings: Settings, stages: Stages) -> Lived:
    """Deploys on the stack, gives it its past, lives the day, and waits until nothing moves any more."""
    settings.out.mkdir(parents=True, exist_ok=True)
    house = furnish(stack, settings.out, settings.wait_seconds, stages)
    every_order = list(orders(DATA))
    before = [order for order in every_order if order.day < DAY]
    with ThreadPoolExecutor(1) as pool:
        waking = pool.submit(wake, house)
        known = remember(house, before, today(datetime.now(UTC)), settings.out, stages)
        with stages.stage("See that the functions are awake"):
            waking.result()
    of_the_day = [order for order in every_order if order.day == DAY]
    cast = choose(known, every_order)
    chosen = some(of_the_day, cast, settings.customers)
    day = plan(known, cast, chosen, house.draft.playbook.products, seed=settings.seed, scale=settings.scale)
    published, began, middle = _publish(house, known, day, settings.out, stages)
    _hear_back(house, settings.seed, stages)
    _write_events(published, settings.out / "events.jsonl")
    with stages.stage("Read what it left: customers, decisions, ledger, mails, announcements, archive"):
        findings = gather(house, read_time(published[0]["received_at"], "received_at") - _MINUTE)
    return Lived(house, known, day, published, began, findings, middle, before, datetime.now(UTC))


def some(of_the_day: Sequence[Order], cast: Cast, customers: int | None) -> list[Order]:
    """The orders of the day, or those of so many customers."""
    if customers is None:
        return list(of_the_day)
    everybody = dict.fromkeys([*cast.roles(), *(order.customer_id for order in of_the_day)])
    buyers = {order.customer_id for order in of_the_day}
    kept = set([each for each in everybody if each in buyers][:customers])
    return [order for order in of_the_day if order.customer_id in kept]


def _publish(
    house: House, known: Known, day: Day, out: Path, stages: Stages
) -> tuple[list[Envelope], datetime, Middle]:
    sns, sqs = house.stack.client("sns", max_pool_connections=20), house.stack.client("sqs")
    topic, published = house.outputs["EventsTopicArn"], list[Envelope]()
    buyers = {order.customer_id for order in day.orders}
    real = (
        f"{len(day.orders)} real orders of {len(buyers)} customers, {len(buyers - known.profiles.keys())} of them new"
    )
    with stages.stage(f"Introduce {len(day.identified)} customers", len(day.identified)) as advance:
        published += publish(day.identified, sns, topic, advance)
    began = datetime.now(UTC)
    with stages.stage(f"Take in {len(day.early)} orders of the small hours", len(day.early)) as advance:
        early = publish(day.early, sns, topic, advance)
    with stages.stage("Let that sink in") as advance:
        wait_until_quiet(sqs, house.outputs, advance, PATIENCE)
    with taking(house, early) as snapshot:
        with stages.stage("Begin another snapshot, which takes these orders in: their first copies lie in the archive"):
            snapshot.wait_until_it_reads()
        total = sum(event.copies for event in day.events)
        with stages.stage(f"Live 18 March 1997: {real}; the snapshot is built and loaded meanwhile", total) as advance:
            published += early + publish(day.events, sns, topic, advance)
        with stages.stage("Fetch that snapshot's files"):
            middle = snapshot.finish(out / "snapshot-later")
    with stages.stage("Wait until every wait has ended and every queue is empty") as advance:
        wait_until_quiet(sqs, house.outputs, advance, PATIENCE)
    with (
        stages.stage("Stop all messages, take in one more order, let them go on") as advance,
        all_stopped(house),
    ):
        published += publish(day.late, sns, topic, advance)
        wait_until_quiet(sqs, house.outputs, advance, PATIENCE)
    return published, began, middle


def _hear_back(house: House, seed: int, stages: Stages) -> None:
    sqs = house.stack.client("sqs")
    with stages.stage("Hear back of the mails, as SES would tell it: who opened and clicked is made up") as advance:
        tell(read_ledger(house), sqs, house.outputs["FeedbackQueueUrl"], seed=seed)
        wait_until_quiet(sqs, house.outputs, advance, PATIENCE)


def _write_events(published: Sequence[dict[str, Any]], path: Path) -> None:
    """One event a line, as it was published, and when; `tandem replay` reads it."""
    path.write_text("".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in published), encoding="utf-8")
