"""What is read back of a line, and what is said of one that cannot be read."""

import gzip
import json
from datetime import UTC, datetime
from io import BytesIO

import pytest

from tandem.archive import Line
from tandem.archive.lines import read_events, write_lines
from tandem.errors import Unreadable
from tandem.events import parse_envelope
from tandem.events.reading import read_object
from tests.unit.archive.deliveries import NOON, an_event

EXACT = datetime(2026, 11, 20, 12, 0, 0, 123456, tzinfo=UTC)


def written(*lines: Line) -> bytes:
    file = BytesIO()
    write_lines([line.document() for line in lines], file)
    return file.getvalue()


def test_an_event_read_back_is_the_event_that_was_parsed() -> None:
    message = json.dumps(an_event("a"), ensure_ascii=False)

    [event] = read_events(BytesIO(written(Line(EXACT, message))), "key")

    assert event == parse_envelope(read_object(message), EXACT)


def test_what_a_later_release_adds_to_a_line_is_ignored() -> None:
    document = {**Line(NOON, json.dumps(an_event("a"))).document(), "colour": "green"}

    [event] = read_events(BytesIO(gzip.compress(json.dumps(document).encode())), "key")

    assert event.event_id == "a"


GOOD = written(Line(NOON, json.dumps(an_event("a"))))
DAMAGED = {
    "not gzip": (b"hello", 1),
    "nothing at all in the middle": (GOOD[:40], 1),
    "a flipped byte": (GOOD[:-12] + bytes([GOOD[-12] ^ 255]) + GOOD[-11:], 2),
    "not JSON": (gzip.compress(gzip.decompress(GOOD) + b"oops\n"), 2),
    "another version": (gzip.compress(b'{"v": 2, "received_at": "2026-11-20T12:00:00Z", "message": "{}"}\n'), 1),
    "no message": (gzip.compress(b'{"v": 1, "received_at": "2026-11-20T12:00:00Z"}\n'), 1),
    "no time zone": (gzip.compress(b'{"v": 1, "received_at": "2026-11-20T12:00:00", "message": "{}"}\n'), 1),
    "a message that is no event": (written(Line(NOON, "{}")), 1),
    "a list": (gzip.compress(b"[]\n"), 1),
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_what_cannot_be_read_is_named_with_its_line(damage: str) -> None:
    data, number = DAMAGED[damage]

    with pytest.raises(Unreadable) as caught:
        list(read_events(BytesIO(data), "archive/x.jsonl.gz"))

    assert caught.value.what.startswith("archive/x.jsonl.gz:")
    assert damage == "a flipped byte" or caught.value.what.endswith(f":{number}")


def test_the_stored_form_is_pinned() -> None:
    assert gzip.decompress(written(Line(NOON, "{}"), Line(EXACT, "é"))).splitlines() == [
        b'{"v":1,"received_at":"2026-11-20T12:00:00Z","message":"{}"}',
        b'{"v":1,"received_at":"2026-11-20T12:00:00.123456Z","message":"\\u00e9"}',
    ]
    assert written(Line(NOON, "{}"))[:10] == b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
