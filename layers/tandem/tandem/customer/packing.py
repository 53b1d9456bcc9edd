"""Small JSON, packed: deflate with a preset dictionary, since a write of up to 1 KB costs half of one of 2 KB.

    0x02 or 0x03, crc32 of the rest (4 bytes), how many digests (2 bytes), the digests (8 bytes each), deflated JSON

Digests (texts of 16 hex digits) do not deflate: they are taken out of the JSON and stand before it as they are. Where
one was, a control character stays, which JSON never holds: 0x01 for the next one, 0x02 a number 0x02 for an earlier
one. The dictionaries are part of the stored format: they never change. A better one is a new format.
"""

import re
import zlib
from enum import Enum
from typing import Final

from tandem.errors import Unreadable


class Form(Enum):
    """The first byte says how the rest was packed, and of which release the document is."""

    FIRST = b"\x01"
    COLUMNS = b"\x02"
    JOURNEYS = b"\x03"


_DIGEST: Final = re.compile(rb'"([0-9a-f]{16})"')
_MARK: Final = re.compile(rb"\x01|\x02([0-9]+)\x02")
_MOST_DIGESTS: Final = 0xFFFF
_FIRST_DICTIONARY: Final = (
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


# What most records hold, the most frequent last: deflate reaches the end of a dictionary most cheaply.
_DICTIONARY: Final = (
    b'"too_old""audience_error""incomplete""unreachable""no_consent""outranked""too_many""lacks":2,"lacks":5,"returned":[["'
    b'"left_out":{"currency":["EUR"]"not_whole"],"other_currency"],"too_long"],"value"],"condition"],"full_until":'
    b'"crowded":true,"crowded_until":"folded":{"1":[0,"2":[0,"3":[0,"5":[0,"6":[0,"announced":{"basket_tier":"high"'
    b'"unknown""favorite_category":"[null,[],"withdrawn":"opted_out""ordered""cart_emptied"'
    b'{"set_consent""channel":"sms","granted":true,"said_at":"2026-"kind":"set_consent"},{"id":\x01,"customer_id":"'
    b'"change":{"attribute":"","before":null,"after":"},"at":"2026-"not_after":"2026-"kind":"announce"},{"id":\x01,'
    b'"timer":"cart-reminder/cart-","moment":"2026-"not_after":"2026-"kind":"set_timer"},"kind":"record"},'
    b'"owed":[{"id":\x01,"customer_id":"","document":{"id":\x01,"customer_id":"","at":"2026-","cause":{"type":'
    b'"order_completed","identity":\x01,"occurred_at":"2026-","received_at":"2026-","event_id":"","timer":"cart-reminder/'
    b'","cart_id":""},"events":[""],"playbook":1,"snapshot":"2026-T00:00:00Z","attributes":{"customer.basket_orders":1,'
    b'"customer.basket_tier":"medium","customer.basket_value_minor":,"customer.first_order_at":"2026-'
    b'"customer.last_order_at":"2026-","customer.locale":"en","customer.open_carts":0,"customer.orders":1,'
    b'"customer.purchase_total_today_minor":,"customer.revenue_minor":},"candidates":[{"campaign":"second-order",'
    b'"outcome":"audience","saw":{"when":"customer.orders == 1"}},{"campaign":"post-purchase","outcome":"outranked",'
    b'"saw":{"by":"second-order","priority":100,"its_priority":200}},{"campaign":"cart-reminder","outcome":"cap","saw":'
    b'{"messages":3,"limit":3,"days":7.0,"free_at":"2026-"outcome":"chosen","saw":{"priority":}}],"campaign":'
    b'"post-purchase","template":"post-purchase-medium","channel":"email","v":1},"not_after":"2026-"kind":"record"},'
    b'{"id":\x01,"customer_id":"","campaign":"post-purchase","template":"post-purchase-low","channel":"email","address":"'
    b'","locale":"en","playbook":1,"tier":"low","currency":"USD","not_before":"2026-","not_after":"2026-"first_name":"",'
    b'"lines":[{"product_id":"","quantity":1,"name":"","price_minor":,"recommended":["","total_minor":,"order_id":"",'
    b'"kind":"send"}]'
    b',"profile_as_of":"seen":[[7399,\x01,\x01,\x01],[7400,\x01,\x01],[740'
    b'"sends":[[\x01,"cart-reminder","email",[],14400,"cart-","ordered"],[\x01,"second-order","email",[],86400],'
    b'[\x01,"post-purchase","email",['
    b'}],"timers":{"cart-reminder/default":[],"cart-reminder/cart-":['
    b'{"type":6,"id":[\x01],"at":[],"late":[]},{"type":7,"id":[\x01],"at":[],"late":[],"total":[],"returned":[[\x020\x02,1]]}'
    b'{"type":5,"id":[\x01],"at":[],"late":[],"checkout":["","currency":["USD"],"lines":[[["'
    b'{"type":4,"id":[\x01],"at":[],"late":[],"cart":["cart-"],"currency":["USD"],"lines":[[["'
    b'{"type":3,"id":[\x01],"lacks":1,"at":[],"late":[],"cart":["default"],"currency":["USD"],"lines":[[["'
    b'{"type":2,"id":[\x01,\x01,\x01,\x01,\x01],"at":[],"late":[],"playbook":[1],"parts":{"109":[1]},"cart":["cart-'
    b'"],"currency":["USD"],"lines":[[["'
    b'{"type":1,"id":[\x01,\x01,\x01,\x01,\x01,\x01,\x01,\x01],"at":[],"late":[],"playbook":[2],"parts":{"108":[1]}},'
    b'{"customer_id":"","base":179,"playbook":1,"said":[[-,\x01,{"last_name":"","email":"@gmail.com@example.com","phone":"'
    b'+1555","first_name":"","locale":"en-USes-MX","time_zone":"Europe/America/New_York"},{"email":"granted","sms":"denied"'
    b'}]],"events":[{"type":0,"id":[\x01,\x01,\x01],"at":[],"late":[],"total":[],"currency":["USD"],"playbook":[1],"parts":'
    b'{"1":[1],"2":[1],"3":[{}],"4":[{}],"5":[null],"6":[null],"101":[1],"102":[{}],"103":[{}],"104":[[{},1]],"105":[{}],'
    b'"106":[null],"110":[[["",1,{"'
    b'"111":[[\x01],[\x01],[\x01,\x01]],"112":[{"":[null,[]]},{"":[null,[]]}]},"cart":["default"],"order":["","products":[["'
)


# What journeys and candidates that wait add to it.
_JOURNEYS: Final = (
    b'"waiting":[[\x01,"cart-reminder",,,["cart_abandoned",\x01,,"",,"cart/cart-1","cart-1",,"","USD",,[["'
    b'"browsing",["product_viewed","date_reached","birthday"]],"quiet_hours"],"date"],"timer"],'
    b'"ended":[["welcome","",,,"0","order_completed"],["win-back","",,,"1","order_completed"],["replenishment","",,,"1",'
    b'"post-purchase","order-",,,"delivery.else.0","exit: nobody said that it was delivered"],["cart","cart-",,,'
    b'"a-day-later","cart_ordered"],"cart_emptied"],"finished"],"max_duration"],"order_refunded"]],'
    b'"sends":[[\x01,"welcome-1","email",,[57599999999],"",null,"","welcome/","welcome",],[\x01,"second-order","email",,86400,"",'
    b'null,"","","promotion",],[\x01,"cart-reminder","email",,50400,"cart-1",,"","cart/cart-1","reminder",],[\x01,'
    b'"post-purchase","email",,86400,"",null,"","post-purchase/order-","service",],"told_as_of":['
    b'"timers":{"~":[null,"~welcome/":[null,"~post-purchase/order-":[null,"~win-back/":[null,"~replenishment/":[null,'
    b'"+cart/cart-":[null,"+cart/default":[null,],"journeys":[["welcome","",1,,["customer_identified",\x01,,""],"0",'
    b'"cart","cart-",1,,["cart_abandoned",\x01,,"",,"","cart-",,"","USD",],"a-day-later",'
    b'"replenishment","",1,,["order_completed",\x01,,"",null,"","",null,"order-","USD",,[["],"",{"start.properties":{}}],"0",'
    b'"win-back","",1,,["order_completed",\x01,,"",null,"","",null,"order-","USD",,[[""],"0",'
    b'["post-purchase","order-",1,,["order_completed",\x01,,"",null,"","",null,"order-","USD",,[["","",null,1],["'
    b'"]],"",{"start.properties":{"order_id":"order-"}}],"delivery",'
)
_BY_FORM: Final = {Form.COLUMNS: _DICTIONARY, Form.JOURNEYS: _JOURNEYS + _DICTIONARY}


def pack(document: bytes, form: Form = Form.COLUMNS) -> bytes:
    """The packed bytes of a JSON document."""
    text, digests = _taken_out(document)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _BY_FORM[form])
    rest = len(digests).to_bytes(2) + b"".join(digests) + deflate.compress(text) + deflate.flush()
    return form.value + zlib.crc32(rest).to_bytes(4) + rest


def unpack(data: bytes) -> tuple[Form, bytes]:
    """The inverse of `pack`. Raises Unreadable for what another release packed in another way."""
    try:
        form = Form(data[:1])
    except ValueError as error:
        raise Unreadable(f"format {data[:1].hex()}") from error
    if form is Form.FIRST:
        return form, _inflated(data[1:], zlib.decompressobj(zdict=_FIRST_DICTIONARY))
    rest = data[5:]
    if zlib.crc32(rest) != int.from_bytes(data[1:5]):
        raise Unreadable("damaged bytes")
    end = 2 + 8 * int.from_bytes(rest[:2])
    text = _inflated(rest[end:], zlib.decompressobj(-15, zdict=_BY_FORM[form]))
    return form, _put_back(text, rest[2:end])


def _taken_out(document: bytes) -> tuple[bytes, list[bytes]]:
    places: dict[bytes, int] = {}

    def mark(found: re.Match[bytes]) -> bytes:
        digest = found[1]
        place = places.get(digest)
        if place is not None:
            return b"\x02%d\x02" % place
        if len(places) == _MOST_DIGESTS:
            return found[0]
        places[digest] = len(places)
        return b"\x01"

    text = _DIGEST.sub(mark, document)
    return text, [bytes.fromhex(digest.decode()) for digest in places]


def _put_back(text: bytes, digests: bytes) -> bytes:
    hexed = digests.hex().encode()
    following = iter(range(0, len(hexed), 16))

    def digest(found: re.Match[bytes]) -> bytes:
        at = 16 * int(found[1]) if found[1] else next(following)
        return b'"%b"' % hexed[at : at + 16]

    return _MARK.sub(digest, text)


def _inflated(data: bytes, inflate: "zlib._Decompress") -> bytes:
    try:
        document = inflate.decompress(data)
    except zlib.error as error:
        raise Unreadable("damaged bytes") from error
    if not inflate.eof:
        raise Unreadable("bytes cut off")
    return document
