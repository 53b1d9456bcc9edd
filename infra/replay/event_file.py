"""Files of events: JSON, a JSON array, or JSON lines. Each event keeps its text, so that numbers stay as written."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from json import JSONDecodeError, JSONDecoder
from typing import Final

_BETWEEN: Final = " \t\r\n,"


@dataclass(frozen=True, slots=True)
class EventText:
    """One event of a file, and the line (from 1) it begins on. What is not JSON is found out by who parses it."""

    line: int
    text: str


def event_texts(text: str) -> list[EventText]:
    """The events in a file's text."""
    text = text.removeprefix("\ufeff")
    body = text.lstrip()
    if body.startswith("["):
        return list(_items(text))
    if _is_one_value(body):
        return [EventText(1 + text[: len(text) - len(body)].count("\n"), body.rstrip())]
    return [EventText(at, line.strip()) for at, line in enumerate(text.split("\n"), 1) if line.strip()]


def _is_one_value(body: str) -> bool:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _items(text: str) -> Iterator[EventText]:
    """The items of an array, as they are written. A broken item ends it: nobody knows where the next begins."""
    decoder = JSONDecoder()
    at = text.index("[") + 1
    line, counted = 1, 0
    while True:
        while at < len(text) and text[at] in _BETWEEN:
            at += 1
        if at == len(text) or text[at] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            _, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield EventText(error.lineno if isinstance(error, JSONDecodeError) else line, text[at:].strip())
            return
        yield EventText(line, text[at:end])
        at = end
