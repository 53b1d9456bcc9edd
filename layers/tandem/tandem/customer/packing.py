"""Small JSON, packed: deflate with a preset dictionary, since a write of up to 1 KB costs half of one of 2 KB.

The dictionary is part of the stored format: it never changes. A better one is a new format with its own first byte.
"""

import zlib
from typing import Final

from tandem.errors import Unreadable

_FORMAT: Final = b"\x01"
# What most records hold, the most frequent last: deflate reaches the end of a dictionary most cheaply.
_DICTIONARY: Final = (
    b'"unreachable""no_consent""too_old""audience_error""withdrawn":"opted_out""ordered""checkout_id":"'
    b'"profile_as_of":"2026-","crowded":true,"seen":{"2026-1":["tl":"es-MX","fil","time_zone":{"value":"America/New_York'
    b'"action":"removed""action":"viewed""action":"checkout"{"set_consent""channel":"sms","granted":true,"said_at":"2026-'
    b'"kind":"set_consent"}{"id":"","customer_id":"","timer":"cart-reminder/cart-","moment":"2026-","kind":"set_timer"}'
    b'"consents":{"email":{"value":"granted","at":"2026-","sms":{"value":"granted","at":"2026-","identity":"'
    b'"traits":{"email":{"value":"@example.com","at":"2026-","identity":"","first_name":{"value":"","phone":{"value":"+1'
    b'"timers":{"cart-reminder/cart-":{"armed_for":"2026-","handled":"2026-'
    b'"cart_facts":[{"identity":"","action":"added","cart_id":"cart-","occurred_at":"2026-","received_at":"2026-","lines":['
    b'"orders":[{"identity":"","order_id":"","occurred_at":"2026-","received_at":"2026-","currency":"USD","total_minor":'
    b'"product_ids":["","sends":[{"id":"","campaign":"second-order","channel":"email","decided_at":"2026-","not_after":"2026-'
    b'"owed":[{"id":"","customer_id":"","document":{"id":"","customer_id":"","at":"2026-","cause":{"type":"order_completed",'
    b'"identity":"","occurred_at":"2026-","received_at":"2026-","event_id":"","timer":"","cart_id":""},"events":[""],'
    b'"playbook":1,"snapshot":"2026-T00:00:00Z","attributes":{"customer.basket_tier":"medium","customer.orders":1,'
    b'"customer.revenue_minor":,"customer.basket_value_minor":,"customer.purchase_total_today_minor":,'
    b'"customer.last_order_at":"2026-","customer.open_carts":0,"customer.locale":"en"},"candidates":[{"campaign":'
    b'"second-order","outcome":"audience","saw":{"when":"customer.orders == 1"}},{"campaign":"post-purchase",'
    b'"outcome":"outranked","saw":{"by":"second-order","priority":100,"its_priority":200}},{"campaign":"cart-reminder",'
    b'"outcome":"cap","saw":{"messages":3,"limit":3,"days":7.0,"free_at":"2026-"outcome":"chosen","saw":{"priority":'
    b'}}],"campaign":"post-purchase","template":"post-purchase-medium","channel":"email","v":1},"not_after":"2026-",'
    b'"kind":"record"},{"id":"","customer_id":"","campaign":"post-purchase","template":"post-purchase-low","channel":'
    b'"email","address":"@example.com","locale":"en","playbook":1,"tier":"low","currency":"USD","not_before":"2026-'
    b'"not_after":"2026-","first_name":"","lines":[{"product_id":"","quantity":1,"name":"","price_minor":'
    b'"recommended":["","total_minor":,"order_id":"","cart_id":"","kind":"send"}],"playbook":1}'
)


def pack(document: bytes) -> bytes:
    """The packed bytes of a document."""
    deflate = zlib.compressobj(level=9, zdict=_DICTIONARY)
    return _FORMAT + deflate.compress(document) + deflate.flush()


def unpack(data: bytes) -> bytes:
    """The inverse of `pack`. Raises Unreadable for what another release packed in another way."""
    if data[:1] != _FORMAT:
        raise Unreadable(f"format {data[:1].hex()}")
    inflate = zlib.decompressobj(zdict=_DICTIONARY)
    try:
        document = inflate.decompress(data[1:])
    except zlib.error as error:
        raise Unreadable("damaged bytes") from error
    if not inflate.eof:
        raise Unreadable("bytes cut off")
    return document
