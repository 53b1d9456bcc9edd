"""What waits and what is under way, as rows of a customer's document. At its end a row leaves out defaults."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tandem.customer.columns import filled, pack_line, trimmed, unpack_line
from tandem.customer.journeys import Ended, Underway
from tandem.customer.moments import moment_at, moment_of, told_time
from tandem.customer.pictures import pack_pictures, unpack_pictures
from tandem.customer.waiting import Origin, Waiting

_ORIGIN: Final[Sequence[Any]] = ("", "", None, "", None, "", "", None, "", "", None, [], "", {}, [])
_UNDERWAY: Final[Sequence[Any]] = ("", "", 0, None, [], "", None, {}, {}, False)


def pack_waiting(each: Waiting, base: int) -> list[Any]:
    """A candidate that waits."""
    since, until = told_time(each.since, base), told_time(each.until, base)
    row = [each.id, each.campaign, since, until, _pack_origin(each.origin, base), each.deferred]
    return trimmed(row, ["", "", None, None, [], ""])


def unpack_waiting(row: Sequence[Any], base: int) -> Waiting:
    """The inverse."""
    found, campaign, since, until, origin, deferred = filled(row, ["", "", None, None, [], ""])
    at = _unpack_origin(origin, base)
    return Waiting(found, campaign, at, moment_at(since, base), moment_at(until, base), deferred)


def pack_underway(each: Underway, base: int) -> list[Any]:
    """A journey under way."""
    row = [
        each.journey,
        each.key,
        each.version,
        told_time(each.started_at, base),
        _pack_origin(each.origin, base),
        each.step,
        told_time(each.since, base),
        plain(each.said),
        {where: [[told_time(at, base), identity] for at, identity in some] for where, some in each.heard.items()},
        each.asked,
    ]
    return trimmed(row, _UNDERWAY)


def unpack_underway(row: Sequence[Any], base: int) -> Underway:
    """The inverse."""
    journey, key, version, started, origin, step, since, said, heard, asked = filled(row, _UNDERWAY)
    return Underway(
        journey=journey,
        key=key,
        version=version,
        started_at=moment_at(started, base),
        origin=_unpack_origin(origin, base),
        step=step,
        since=moment_at(since, base),
        said=dict(said),
        heard={where: tuple((moment_at(at, base), name) for at, name in some) for where, some in heard.items()},
        asked=asked,
    )


def pack_ended(each: Ended, base: int) -> list[Any]:
    """A journey that is over."""
    started, ended = told_time(each.started_at, base), told_time(each.ended_at, base)
    return [each.journey, each.key, started, ended, each.step, each.why]


def unpack_ended(row: Sequence[Any], base: int) -> Ended:
    """The inverse."""
    journey, key, started, ended, step, why = filled(row, ["", "", 0, 0, "", ""])
    return Ended(journey, key, moment_at(started, base), moment_at(ended, base), step, why)


def _pack_origin(origin: Origin, base: int) -> list[Any]:
    row = [
        origin.type,
        origin.identity,
        told_time(origin.occurred_at, base),
        origin.event_id,
        told_time(origin.due, base),
        origin.journey,
        origin.cart_id,
        told_time(origin.cart_touched_at, base),
        origin.order_id,
        origin.currency,
        origin.total_minor,
        [pack_line(line) for line in origin.lines],
        origin.attribute,
        plain(origin.values),
        pack_pictures(origin.lines),
    ]
    return trimmed(row, _ORIGIN)


def _unpack_origin(row: Sequence[Any], base: int) -> Origin:
    kind, identity, occurred, event_id, due, journey, cart_id, touched, *more = filled(row, _ORIGIN)
    order_id, currency, total, lines, attribute, values, pictures = more
    return Origin(
        type=kind,
        identity=identity,
        occurred_at=moment_at(occurred, base),
        event_id=event_id,
        due=moment_of(due, base),
        journey=journey,
        cart_id=cart_id,
        cart_touched_at=moment_of(touched, base),
        order_id=order_id,
        currency=currency,
        total_minor=total,
        lines=unpack_pictures(map(unpack_line, lines), pictures),
        attribute=attribute,
        values=dict(values),
    )


def plain(value: Any) -> Any:
    """A value of an event as plain JSON: a number with a fraction becomes a double, as conditions see it."""
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {key: plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return value
