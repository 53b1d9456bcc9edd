"""What holds a message back for a time, in words: caps, quiet hours, exclusions, waits; and holdouts."""

from typing import Final

from infra.explain.told import Told
from infra.explain.words import count, span

_CALENDAR: Final = {"day": "today", "week": "this week, Monday to Sunday", "month": "this month"}
_DEFERRED: Final = {
    "quiet_hours": "until then nothing leaves",
    "date": "that is its day",
    "timer": "the wait is over then",
    "cart": "its cart has to be quiet again",
    "quota": "the provider takes no more before",
}


def capped(told: Told) -> str:
    """`Already 3 messages in the last 7 days (limit 3, rule weekly). Next possible 24 Nov 09:00 Madrid.`"""
    saw = told.saw
    window = _CALENDAR[saw["per"]] if "per" in saw else f"in the last {span(saw['days'] * 86400)}"
    rule = f", rule {saw['rule']}" if "rule" in saw else ""
    words = f"Already {count(saw['messages'], 'message')} {window} (limit {saw['limit']}{rule})."
    free_at = saw.get("next_at") or saw.get("free_at")
    return f"{words} Next possible {told.moment(free_at)}." if free_at else words


def quiet(told: Told) -> str:
    """Dropped at this hour, or not able to wait until it is over."""
    saw, hours = told.saw, _hours(told)
    if "until" not in saw:
        return f"It is dropped in quiet hours, {hours}: it was {told.moment(told.decision.at)}."
    until, valid = told.moment(saw["until"]), told.moment(saw["valid_until"])
    return f"Quiet hours, {hours}, end {until}; it may leave until {valid} only."


def deferred(told: Told) -> str:
    """`Waits until 09:00 Madrid: quiet hours 21:00 to 09:00.`"""
    saw = told.saw
    if "active_at" in saw:
        why = f"cart {saw['cart_id']} was touched at {told.moment(saw['active_at'])} and has to be quiet again"
    elif "over_quota" in saw:
        why = f"the provider's daily quota for {saw['over_quota']} was used up; decided anew then"
    else:
        why = f"quiet hours {_hours(told)}" if "from" in saw else deferred_because(saw["deferred"])
    return f"Waits until {told.moment(saw['until'])}: {why}."


def deferred_because(why: str) -> str:
    """Why a candidate may not be decided before a moment."""
    return _DEFERRED.get(why, why.replace("_", " "))


def waiting(told: Told) -> str:
    """`Waits until 12:10 Madrid for others to compete with.`"""
    return f"Waits until {told.moment(told.saw['until'])} for others to compete with."


def excluded(told: Told) -> str:
    """`Held back by journey refund-apology until 24 Nov 09:00 Madrid.`"""
    until = told.saw.get("until")
    lasts = f"until {told.moment(until)}" if until else "as long as the customer is in it"
    return f"Held back by {told.saw['by']} {lasts}."


def held_out(told: Told) -> str:
    """One of those who never get it."""
    saw = told.saw
    what = "get nothing but transactional messages" if saw["of"] == "everything" else "never get this one"
    return f"One of the {saw['percent']:g}% of customers who {what}, to see what difference it makes."


def _hours(told: Told) -> str:
    return f"{told.saw['from']} to {told.saw['to']}"
