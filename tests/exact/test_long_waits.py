"""What the soak meets too seldom: waits of months, clocks a day ahead, a playbook that is not seen at once."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tandem.attributes import Span, Window
from tests.exact.facts import Copy
from tests.exact.family import BODIES
from tests.exact.world import World

START: Final = datetime(2026, 3, 2, 12, tzinfo=UTC)
NONE: Final = timedelta(0)
MINUTE: Final = timedelta(minutes=1)
HOUR: Final = timedelta(hours=1)
DAY: Final = timedelta(days=1)
BODY: Final = {body.name: body for body in BODIES}


def world(**slots: Any) -> World:
    made = World(START)
    made.publish(slots)
    return made


def order(made: World, order_id: str, sent: datetime) -> Copy:
    properties = {"order_id": order_id, "total": "30.00", "currency": "USD", "products": []}
    return Copy("order_completed", f"e-{order_id}-{made.now}", sent, made.now, properties)


def view(made: World, event_id: str, sent: datetime | None = None) -> Copy:
    return Copy("product_viewed", event_id, sent or made.now, made.now, {"product_id": "p1", "category": "jazz"})


def take(made: World, copy: Copy, *lags: timedelta) -> None:
    made.receive(copy, NONE, known=False)
    made.pass_time(NONE)
    made.handle([copy], lags)


def snapshot(made: World) -> None:
    made.build(made.now - 2 * HOUR)
    made.load(made.slow.builds[-1], profile=True, header=True)


def test_a_refund_finds_its_order_however_late_that_is_received() -> None:
    made = world()
    take(made, Copy("order_refunded", "r1", made.now, made.now, {"order_id": "o1"}))
    made.pass_time(DAY)
    snapshot(made)

    made.pass_time(200 * DAY)
    take(made, view(made, "v1"))
    snapshot(made)
    take(made, order(made, "o1", made.now - 180 * DAY))
    made.pass_time(3 * HOUR)
    snapshot(made)

    made.probe()


def test_a_source_whose_clock_is_a_day_ahead_may_repeat_an_event_45_days_later() -> None:
    made = world(one=(BODY["views"], Window()))
    sent = made.now + DAY - HOUR
    made.receive(view(made, "v1", sent), NONE, known=False)
    made.pass_time(46 * DAY - 2 * HOUR)
    take(made, view(made, "v1", sent))
    made.pass_time(DAY + 7 * HOUR)
    snapshot(made)

    made.probe()


def test_an_event_that_an_older_playbook_took_is_not_folded_into_a_window_that_begins_later() -> None:
    made = world()
    made.pass_time(12 * HOUR - MINUTE)
    made.publish({"one": (BODY["views"], Window(Span.ROLLING, 60 * DAY))})
    made.pass_time(MINUTE)
    take(made, view(made, "v1"), NONE, NONE, NONE, 2 * MINUTE)
    made.pass_time(46 * DAY)
    take(made, view(made, "v2"))
    made.pass_time(14 * DAY + HOUR)

    made.probe()


def test_an_event_of_the_moment_a_rule_took_effect_is_not_forgotten_where_no_snapshot_has_it() -> None:
    made = world()
    take(made, view(made, "v1"))
    made.publish({"one": (BODY["last viewed"], Window())})
    made.pass_time(2 * HOUR)
    snapshot(made)
    made.pass_time(46 * DAY)
    take(made, order(made, "o1", made.now))

    made.probe()
