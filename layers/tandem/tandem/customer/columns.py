"""Events in columns: an order or a touch of a cart and what the same event adds to the rules are stored once.

    {"type": 4, "id": [...], "at": [...], "late": [...], "parts": {"1": [1], "3": [{}]}, ...}

One group holds the events of a type, by time of occurrence. A column of equal cells has one cell, one of defaults is
left out. Times are milliseconds after the event before, the first after the customer's base; "late" is how much later
an event was received. In a part, null stands for the moment the event occurred, [] for its identity and {} for an
order's total: a part holds none of these itself. A cell [] is no part at all.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any, Final

from tandem.attributes import CartAction, CartFact, Entry, OrderFact, Returned, Sold
from tandem.attributes.windows import from_ms, to_ms
from tandem.customer.pictures import pack_pictures, unpack_pictures
from tandem.events import EventType, Line

# Stored in place of the names, by place: never change one, add new ones at the end.
TYPES: Final = (
    EventType.ORDER_COMPLETED,
    EventType.PRODUCT_VIEWED,
    EventType.PRODUCT_ADDED,
    EventType.PRODUCT_REMOVED,
    EventType.CART_VIEWED,
    EventType.CHECKOUT_STARTED,
    EventType.CUSTOMER_IDENTIFIED,
    EventType.ORDER_REFUNDED,
    EventType.ORDER_CANCELLED,
    EventType.PRODUCTS_SEARCHED,
    EventType.PRODUCT_LIST_VIEWED,
    EventType.PRODUCT_CLICKED,
    EventType.PRODUCT_SHARED,
    EventType.PRODUCT_REVIEWED,
    EventType.PRODUCT_ADDED_TO_WISHLIST,
    EventType.PRODUCT_REMOVED_FROM_WISHLIST,
    EventType.WISHLIST_PRODUCT_ADDED_TO_CART,
    EventType.CART_SHARED,
    EventType.CHECKOUT_STEP_VIEWED,
    EventType.CHECKOUT_STEP_COMPLETED,
    EventType.PAYMENT_INFO_ENTERED,
    EventType.COUPON_ENTERED,
    EventType.COUPON_APPLIED,
    EventType.COUPON_DENIED,
    EventType.COUPON_REMOVED,
    EventType.PROMOTION_VIEWED,
    EventType.PROMOTION_CLICKED,
    EventType.ORDER_UPDATED,
    EventType.ORDER_DELIVERED,
    EventType.TIMER_FIRED,
    EventType.PROFILE_REFRESHED,
    EventType.MESSAGE_SENT,
    EventType.MESSAGE_REFUSED,
    EventType.SEND_EXPIRED,
    EventType.DATE_REACHED,
    EventType.MESSAGE_DELIVERED,
    EventType.MESSAGE_DELAYED,
    EventType.MESSAGE_BOUNCED,
    EventType.MESSAGE_COMPLAINED,
    EventType.MESSAGE_REJECTED,
    EventType.MESSAGE_OPENED,
    EventType.MESSAGE_CLICKED,
)
_CODES: Final = {event_type: code for code, event_type in enumerate(TYPES)}
_ACTIONS: Final = {
    EventType.PRODUCT_ADDED: CartAction.ADDED,
    EventType.PRODUCT_REMOVED: CartAction.REMOVED,
    EventType.CART_VIEWED: CartAction.VIEWED,
    EventType.CHECKOUT_STARTED: CartAction.CHECKOUT,
}
_TYPE_OF: Final = {action: event_type for event_type, action in _ACTIONS.items()}
_US: Final = timedelta(microseconds=1)
_NO_ENTRY, _NO_FACT, _NO_TOTAL = 1, 2, 4
Fact = OrderFact | CartFact
Group = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Events:
    """What a customer keeps of single events, each by time of occurrence."""

    entries: tuple[Entry, ...] = ()
    orders: tuple[OrderFact, ...] = ()
    cart_facts: tuple[CartFact, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    """One event: its entry, its fact, or both."""

    entry: Entry | None
    fact: Fact | None

    @property
    def type(self) -> EventType:
        if self.entry:
            return self.entry.type
        return _TYPE_OF[self.fact.action] if isinstance(self.fact, CartFact) else EventType.ORDER_COMPLETED

    @property
    def identity(self) -> str:
        each = self.entry or self.fact
        return each.identity if each else ""

    @property
    def occurred(self) -> int:
        return self.entry.occurred if self.entry else to_ms(self.fact.occurred_at) if self.fact else 0

    @property
    def received(self) -> int:
        return self.entry.received if self.entry else to_ms(self.fact.received_at) if self.fact else 0

    @property
    def sold(self) -> Sold | None:
        if self.entry and self.entry.sold:
            return self.entry.sold
        return Sold(self.fact.total_minor, self.fact.currency) if isinstance(self.fact, OrderFact) else None

    @property
    def lacks(self) -> int:
        """What is not kept of it, of all that could be."""
        no_entry = 0 if self.entry else _NO_ENTRY
        no_fact = _NO_FACT if self.fact is None and _has_facts(self.type) else 0
        is_order = self.type is EventType.ORDER_COMPLETED
        return no_entry | no_fact | (_NO_TOTAL if is_order and self.entry and not self.entry.sold else 0)


def _has_facts(event_type: EventType) -> bool:
    return event_type in _ACTIONS or event_type is EventType.ORDER_COMPLETED


def base_of(events: Events) -> int:
    """The moment (milliseconds) that the first event of each group is told from."""
    firsts = [some[0] for some in (events.orders, events.cart_facts) if some]
    times = [to_ms(first.occurred_at) for first in firsts]
    if events.entries:
        times.append(events.entries[0].occurred)
    return min(times, default=0)


def pack_events(events: Events, base: int) -> list[Group]:
    """The groups."""
    rows = sorted(_rows(events), key=lambda row: (_CODES[row.type], row.lacks, row.occurred, row.identity))
    return [_pack(list(group), base) for _, group in groupby(rows, key=lambda row: (row.type, row.lacks))]


def _rows(events: Events) -> Iterator[_Row]:
    """Each event once. Where what is kept of it disagrees (it should not), the entry and the fact apart."""
    every: tuple[Fact, ...] = (*events.orders, *events.cart_facts)
    facts = {fact.identity: fact for fact in every}
    for entry in events.entries:
        fact = facts.get(entry.identity)
        if fact and _agree(entry, fact):
            del facts[entry.identity]
            yield _Row(entry, fact)
        else:
            yield _Row(entry, None)
    for fact in facts.values():
        yield _Row(None, fact)


def _agree(entry: Entry, fact: Fact) -> bool:
    if (entry.occurred, entry.received) != (to_ms(fact.occurred_at), to_ms(fact.received_at)):
        return False
    if isinstance(fact, CartFact):
        return _ACTIONS.get(entry.type) is fact.action
    return entry.type is EventType.ORDER_COMPLETED and entry.sold in (None, Sold(fact.total_minor, fact.currency))


def _pack(rows: Sequence[_Row], base: int) -> Group:
    first = rows[0]
    group: Group = {"type": _CODES[first.type], "id": [row.identity for row in rows]}
    if first.lacks:
        group["lacks"] = first.lacks
    times = [row.occurred for row in rows]
    _put(group, "at", [time - before for time, before in zip(times, [base, *times], strict=False)], None)
    _put(group, "late", [row.received - row.occurred for row in rows], 0)
    sold = [row.sold for row in rows]
    if any(sold):
        _put(group, "total", [each.total_minor if each else 0 for each in sold], None)
        _put(group, "currency", [each.currency if each else "" for each in sold], "")
    if first.entry:
        _pack_entries(
            group, [row.entry for row in rows if row.entry], [each.total_minor if each else None for each in sold]
        )
    if first.fact:
        _pack_facts(group, [row.fact for row in rows if row.fact])
    return group


def _pack_entries(group: Group, entries: Sequence[Entry], totals: Sequence[int | None]) -> None:
    _put(group, "playbook", [entry.playbook for entry in entries], 1)
    codes = sorted({code for entry in entries for code in entry.parts})
    told = list(zip(entries, totals, strict=True))
    if codes:
        group["parts"] = {str(code): _column([_told(code, entry, total) for entry, total in told]) for code in codes}
    without = sorted({code for entry in entries for code in entry.left_out})
    if without:
        group["left_out"] = {str(code): _column([each.left_out.get(code, "") for each in entries]) for code in without}
    _put(group, "returned", [_returned(entry.returned) for entry in entries], 0)


def _told(code: int, entry: Entry, total: int | None) -> Any:
    part = entry.parts.get(code, [])
    return part if isinstance(part, str) else _short(part, entry, total)  # a text alone is never taken for nothing


def _short(part: Any, entry: Entry, total: int | None) -> Any:
    kind = type(part)
    if kind is int:
        return None if part == entry.occurred else {} if part == total else part
    if kind is str:
        return [] if part == entry.identity else part
    if kind is list:
        return [_short(each, entry, total) for each in part]
    if kind is dict:
        return {key: _short(each, entry, total) for key, each in part.items()}
    return part


def _long(part: Any, occurred: int, identity: str, total: int | None) -> Any:
    """The inverse of `_short`."""
    kind = type(part)
    if kind is int or kind is str:
        return part
    if part is None:
        return occurred
    if kind is list:
        return [_long(each, occurred, identity, total) for each in part] if part else identity
    if kind is dict:
        return {key: _long(each, occurred, identity, total) for key, each in part.items()} if part else total
    return part


def _returned(returned: Returned | None) -> Any:
    if returned is None:
        return 0
    row = [returned.order, int(returned.full), returned.minor, returned.currency, [list(p) for p in returned.products]]
    return trimmed(row, ["", 0, None, "", []])


def _pack_facts(group: Group, facts: Sequence[Fact]) -> None:
    _put(group, "us", [_beyond(fact) for fact in facts], 0)
    _put(group, "cart", [fact.cart_id for fact in facts], "")
    _put(group, "checkout", [fact.checkout_id for fact in facts], "")
    _put(group, "order", [fact.order_id for fact in facts], "")
    if all(isinstance(fact, OrderFact) for fact in facts):
        _put(group, "products", [list(fact.product_ids) for fact in facts if isinstance(fact, OrderFact)], [])
        return
    touches = [fact for fact in facts if isinstance(fact, CartFact)]
    _put(group, "currency", [fact.currency for fact in touches], "")
    _put(group, "lines", [[pack_line(line) for line in fact.lines] for fact in touches], [])
    _put(group, "pictures", [pack_pictures(fact.lines) for fact in touches], [])


def _beyond(fact: Fact) -> int:
    """The microseconds of both times beyond whole milliseconds."""
    return fact.occurred_at.microsecond % 1000 * 1000 + fact.received_at.microsecond % 1000


def pack_line(line: Line) -> list[Any]:
    """A product line as a row, without its addresses: an older release reads no more of it (see `pack_pictures`)."""
    return trimmed([line.product_id, line.name, line.price_minor, line.quantity], [None, "", None, 1])


def unpack_line(row: Sequence[Any]) -> Line:
    """The inverse of `pack_line`."""
    product_id, name, price, quantity = row if len(row) == 4 else filled(row, ["", "", None, 1])
    return Line(product_id, quantity, name, price)


def unpack_events(groups: Iterable[Group], base: int) -> Events:
    """The inverse of `pack_events`. Raises ValueError, LookupError, TypeError or AttributeError for what it is not."""
    entries: list[Entry] = []
    orders: list[OrderFact] = []
    touches: list[CartFact] = []
    for group in groups:
        columns = _Columns(group, base)
        if not columns.lacks & _NO_ENTRY:
            entries += columns.entries()
        if columns.type is EventType.ORDER_COMPLETED and not columns.lacks & _NO_FACT:
            orders += columns.orders()
        elif columns.type in _ACTIONS and not columns.lacks & _NO_FACT:
            touches += columns.touches()
    return Events(
        tuple(sorted(entries, key=lambda each: (each.occurred, each.identity))),
        tuple(sorted(orders, key=lambda each: (each.occurred_at, each.identity))),
        tuple(sorted(touches, key=lambda each: (each.occurred_at, each.identity))),
    )


class _Columns:
    """A group that is being read."""

    def __init__(self, group: Group, base: int) -> None:
        self.type = TYPES[group["type"]]
        self.lacks: int = group.get("lacks", 0)
        self._group = group
        self._ids: list[str] = group["id"]
        self._at: list[int] = []
        for step in self._cells("at", None):
            base += step
            self._at.append(base)
        self._received = [at + late for at, late in zip(self._at, self._cells("late", 0), strict=True)]
        self._sold: list[Sold | None] = [None] * len(self._ids)
        if "total" in group:
            totals = zip(self._cells("total", None), self._cells("currency", ""), strict=True)
            self._sold = [Sold(minor, currency) for minor, currency in totals]

    def _cells(self, name: str, default: Any) -> list[Any]:
        return _cells(self._group.get(name), len(self._ids), default)

    def entries(self) -> Iterator[Entry]:
        """Their entries. What is the same in all of them is read once."""
        same, parts = self._parts()
        without = {int(code): _cells(each, len(self._ids)) for code, each in self._group.get("left_out", {}).items()}
        playbooks, returned = self._cells("playbook", 1), self._cells("returned", 0)
        for place, (identity, at) in enumerate(zip(self._ids, self._at, strict=True)):
            sold = self._sold[place]
            total = sold.total_minor if sold else None
            own = {code: _long(cells[place], at, identity, total) for code, cells in parts if cells[place] != []}
            yield Entry(
                identity=identity,
                type=self.type,
                occurred=at,
                received=self._received[place],
                playbook=playbooks[place],
                parts={**same, **own},
                left_out={code: cells[place] for code, cells in without.items() if cells[place]} if without else {},
                sold=None if self.lacks & _NO_TOTAL else sold,
                returned=_read_returned(returned[place]) if returned[place] else None,
            )

    def _parts(self) -> tuple[dict[int, Any], list[tuple[int, list[Any]]]]:
        same: dict[int, Any] = {}
        differing: list[tuple[int, list[Any]]] = []
        for name, column in self._group.get("parts", {}).items():
            if len(column) == 1 and isinstance(column[0], int | str | float):
                same[int(name)] = column[0]
            else:
                differing.append((int(name), _cells(column, len(self._ids))))
        return same, differing

    def _times(self) -> Iterator[tuple[datetime, datetime]]:
        for at, received, beyond in zip(self._at, self._received, self._cells("us", 0), strict=True):
            yield from_ms(at) + beyond // 1000 * _US, from_ms(received) + beyond % 1000 * _US

    def orders(self) -> Iterator[OrderFact]:
        """Their facts."""
        names = zip(*(self._cells(name, "") for name in ("order", "checkout", "cart")), strict=True)
        rows = zip(self._ids, self._times(), self._sold, self._cells("products", []), names, strict=True)
        for identity, (at, received), sold, products, (order_id, checkout_id, cart_id) in rows:
            minor, currency = (sold.total_minor, sold.currency) if sold else (0, "")
            yield OrderFact(identity, order_id, at, received, currency, minor, tuple(products), checkout_id, cart_id)

    def touches(self) -> Iterator[CartFact]:
        """Their facts."""
        names = zip(*(self._cells(name, "") for name in ("cart", "currency", "checkout", "order")), strict=True)
        lines_of = zip(self._cells("lines", []), self._cells("pictures", []), strict=True)
        rows = zip(self._ids, self._times(), lines_of, names, strict=True)
        for identity, (at, received), (lines, pictures), (cart_id, currency, checkout_id, order_id) in rows:
            read = unpack_pictures(map(unpack_line, lines), pictures)
            yield CartFact(identity, _ACTIONS[self.type], cart_id, at, received, read, currency, checkout_id, order_id)


def _read_returned(row: Any) -> Returned:
    order, full, minor, currency, products = filled(row, ["", 0, None, "", []])
    return Returned(order, bool(full), minor, currency, tuple((product, pieces) for product, pieces in products))


def _put(group: Group, name: str, cells: list[Any], default: Any) -> None:
    column = _column(cells)
    if column != [default]:
        group[name] = column


def _column(cells: list[Any]) -> list[Any]:
    first = cells[0]
    return [first] if all(type(each) is type(first) and each == first for each in cells) else cells


def _cells(column: list[Any] | None, count: int, default: Any = None) -> list[Any]:
    """The inverse: so many cells."""
    if column is None:
        return [default] * count
    return column * count if len(column) == 1 else column


def trimmed(row: list[Any], defaults: Sequence[Any]) -> list[Any]:
    """A row without the defaults at its end."""
    while row and row[-1] == defaults[len(row) - 1]:
        row.pop()
    return row


def filled(row: Sequence[Any], defaults: Sequence[Any]) -> list[Any]:
    """The inverse of `trimmed`. What a newer release has added at the end is left out."""
    return [*row, *defaults[len(row) :]][: len(defaults)]
