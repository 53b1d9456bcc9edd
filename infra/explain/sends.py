"""What came of the messages that were decided, as entries."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final, assert_never

from infra.explain.entry import Entry
from infra.explain.ledger import LedgerRow
from tandem.customer import Customer, SendEntry
from tandem.decisions import Decision
from tandem.sending.outcome import Reason, Status

_CUT_OFF: Final = "reserved: the sender was stopped before an answer; it will not be sent again"
_RESERVED: Final = "It is being handed over. Without an answer it is in doubt within minutes."
_IN_DOUBT: Final = "Nobody knows whether it left. For a while the provider's own word is waited for."
_GIVEN_UP: Final = "Nobody knows whether it left. It is not tried again, and it counts for caps."
_AGAIN: Final = "Nobody knows whether it left the first time. It is tried again."
_REFUSALS: Final[Mapping[str, str]] = {
    Reason.EXPIRED: "It was too late to send it; it is decided anew.",
    Reason.WITHDRAWN: "It was withdrawn after it was decided.",
    Reason.STOPPED: "An operator stopped it after it was decided.",
    Reason.OPTED_OUT: "The address has not said yes, or has opted out.",
    Reason.SUPPRESSED: "The address has said no to everything.",
    Reason.NOT_ALLOWED: "The address is not on the allowlist, and the stack sends to nobody else.",
    Reason.NOT_DELIVERABLE: "The address cannot be delivered to.",
    Reason.RENDER_FAILED: "The message could not be rendered for this customer.",
    Reason.PROVIDER_REJECTED: "The provider refused it.",
    Reason.COUNTRY_NOT_ALLOWED: "No text messages are sent to that country.",
    Reason.TOO_EXPENSIVE: "The text message would have cost too much.",
    Reason.ENDPOINT_DEAD: "The app is no longer on the device.",
    Reason.OVER_QUOTA: "The provider takes no more today; it is decided anew tomorrow.",
    Reason.HALTED: "Nothing leaves by this channel for now: its breaker is open. It is decided anew.",
    Reason.ERASED: "The customer was erased.",
}
_WITHDRAWALS: Final[Mapping[str, str]] = {
    "ordered": "The cart was ordered before the message left.",
    "cart_emptied": "The cart was emptied before the message left.",
    "opted_out": "The customer said no before the message left.",
    "exited": "The customer left the journey that asked for it before it left.",
}
_AFTERWARDS: Final[Mapping[str, str]] = {
    "ordered": "The cart was ordered after it had left.",
    "cart_emptied": "The cart was emptied after it had left.",
    "opted_out": "The customer said no after it had left.",
    "exited": "The customer left the journey that asked for it after it had left.",
}


def sends(
    customer: Customer | None, decisions: Iterable[Decision], rows: Mapping[str, LedgerRow], now: datetime | None
) -> Iterator[Entry]:
    """One entry for every message decided: its ledger row, or why there is none (yet)."""
    decided = {entry.id: entry for entry in (customer.sends if customer else ())}
    for row in rows.values():
        yield _from_row(row, decided.get(row.id))
    for entry in decided.values():
        if entry.id not in rows:
            yield _without_row(entry, now)
    for decision in decisions:
        if decision.campaign and decision.id not in rows and decision.id not in decided:
            title = f"No longer known: {decision.campaign} by {decision.channel}"
            yield Entry(decision.at, "send", title, ("There is no ledger row for it.",), decision.id, "unknown")


def _from_row(row: LedgerRow, entry: SendEntry | None) -> Entry:
    what = f"{row.campaign} by {row.channel}"
    provider = (f"The provider's id is {row.provider_id}.",) if row.provider_id else ()
    withdrawn = (_withdrawal(entry.withdrawn),) if entry and entry.withdrawn else ()
    match row.status:
        case Status.SENT:
            late = (
                (_AFTERWARDS.get(entry.withdrawn, f"It had left by then: {entry.withdrawn}."),)
                if entry and withdrawn
                else ()
            )
            return Entry(row.at, "send", f"Sent: {what}", (*provider, *late), row.id, row.status)
        case Status.SHADOW:
            note = "The stack is in shadow mode: all was done but the sending."
            return Entry(row.at, "send", f"Would be sent: {what}", (note,), row.id, row.status)
        case Status.REFUSED:
            return Entry(row.at, "send", f"Not sent: {what}", _refusal(row, withdrawn), row.id, row.status)
        case Status.RESERVED | Status.UNKNOWN | Status.AGAIN:
            return _in_doubt(row, what)
        case other:
            assert_never(other)


def _in_doubt(row: LedgerRow, what: str) -> Entry:
    """Its end is not known: not yet, or for good."""
    attempts = (f"Attempts so far: {row.attempts}.",) if row.attempts > 1 else ()
    detail = (row.detail,) if row.detail else ()
    if row.given_up:
        why = f"It was given up: {row.given_up}."
        return Entry(row.at, "send", f"Not known: {what}", (_GIVEN_UP, why, *detail), row.id, "given_up")
    if not row.is_open:
        return Entry(row.at, "send", f"Not known: {what}", (_CUT_OFF,), row.id, row.status)
    told = {Status.RESERVED: _RESERVED, Status.UNKNOWN: _IN_DOUBT}.get(row.status, _AGAIN)
    return Entry(row.at, "send", f"Not known yet: {what}", (told, *attempts, *detail), row.id, row.status)


def _refusal(row: LedgerRow, withdrawn: tuple[str, ...]) -> tuple[str, ...]:
    if row.reason == Reason.WITHDRAWN and row.detail in _WITHDRAWALS:
        return (_withdrawal(row.detail),)
    told = _REFUSALS.get(row.reason, f"It was refused: {row.reason}.")
    return (told, *((row.detail,) if row.detail else ()), *withdrawn)


def _without_row(entry: SendEntry, now: datetime | None) -> Entry:
    """What the customer's record heard of it, where the ledger's row is gone or not there yet."""
    what = f"{entry.campaign} by {entry.channel}"
    if entry.sent_at:
        return Entry(entry.sent_at, "send", f"Sent: {what}", (), entry.id, Status.SENT)
    if entry.refused:
        told = _REFUSALS.get(entry.refused, f"It was refused: {entry.refused}.")
        return Entry(entry.decided_at, "send", f"Not sent: {what}", (told,), entry.id, Status.REFUSED)
    if entry.withdrawn:
        why = (_withdrawal(entry.withdrawn),)
        return Entry(entry.decided_at, "send", f"Withdrawn: {what}", why, entry.id, "withdrawn")
    if now and now > entry.not_after:
        why = ("It never reached the sender in time.",)
        return Entry(entry.not_after, "send", f"Expired: {what}", why, entry.id, "expired")
    return Entry(entry.decided_at, "send", f"On its way: {what}", (), entry.id, "pending")


def _withdrawal(reason: str) -> str:
    return _WITHDRAWALS.get(reason, f"It was withdrawn: {reason}.")
