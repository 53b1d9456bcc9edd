"""Addresses in words. Mail programs and phones make links of all that looks like one, so each has to lead to the shop,
and to be whole: what a filter cut, or words run into, leads nowhere."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final
from urllib.parse import unquote

from infra.publish.judging.watched import Said, Span

_STOPS: Final = r"\s\"'<>\\»”“’」』】）、。，！？"  # no reader takes these for part of an address
_ANY: Final = re.compile(rf"(?:\b[a-z][a-z0-9+.-]*:)?//[^{_STOPS}]+|\bwww\.[^{_STOPS}]+", re.IGNORECASE)
_HINT: Final = re.compile(r"//|www\.|%2f%2f", re.IGNORECASE)
_PRINTED: Final = re.compile(r"https?(?::|%3a)\S*", re.IGNORECASE)
_ENDS: Final = ".,;:!?)]…"
_GOES_ON: Final = "/_~@$&*+=%-"
_HAPPENED: Final = ("cart", "order")


class Whole:
    """The whole addresses among the variables of one send."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    @property
    def shop(self) -> str:
        """The shop's own."""
        return str(self._values["shop"]["url"])

    @cached_property
    def every(self) -> frozenset[str]:
        return frozenset(each for each in _texts(self._values) if each.startswith("https://"))

    @cached_property
    def usual(self) -> frozenset[str]:
        """Those that words print nearly always: found without a look at the rest."""
        return self.closed | {self.shop}

    @cached_property
    def closed(self) -> frozenset[str]:
        """Those that no path can follow: of this very cart and order."""
        return frozenset(url for name in _HAPPENED if (url := self._values.get(name, {}).get("url")))

    def of(self, printed: str) -> str:
        """The one that was printed, alone or with what may follow it; empty if it is none of them."""
        if printed in self.usual:
            return printed
        begun = sorted((url for url in self.every if printed.startswith(url)), key=len, reverse=True)
        if begun and begun[0] in self.closed and self.runs_on(begun[0], printed[len(begun[0]) :]):
            return ""
        return next((url for url in begun if not self.runs_on(url, printed[len(url) :])), "")

    def is_cut(self, printed: str) -> bool:
        """Whether it is one of them without its end."""
        if printed in self.usual:
            return False
        kept = printed.rstrip(".…")
        return printed not in self.every and any(url != kept and url.startswith(kept) for url in self.every)

    def runs_on(self, url: str, after: str) -> bool:
        """Whether what comes after an address would be read as part of it, and is none."""
        if after[:1] in {"?", "#"} or (after[:1] == "&" and "?" in url):
            return False
        if after[:1] == "/" and url not in self.closed:
            return False
        rest = after.lstrip(_ENDS)
        return bool(rest) and (rest[0].isalnum() or rest[0] in _GOES_ON)


def bad_addresses(said: Said, whole: Whole, judge: Callable[[str], str]) -> Iterator[tuple[int, str]]:
    """Offsets of the source of addresses that are cut, or run into words, or lead elsewhere.

    `judge` tells what is wrong with one; empty where it leads to the shop.
    """
    if not _HINT.search(said.text):
        return
    found = [(span.offset, problem) for span in said.spans if (problem := _broken(said, span, whole))]
    yield from found
    if found or said.captured or said.field == "action.url":  # that is judged as a whole
        return
    for each in _ANY.finditer(said.text):
        if problem := judge(each[0].rstrip(_ENDS)):
            yield said.offset(each.start()), problem


def _broken(said: Said, span: Span, whole: Whole) -> str:
    printed = said.text[span.start : span.end].strip() if span.kind == "output" else ""
    if not printed or not _PRINTED.fullmatch(printed):
        return ""
    url = whole.of(printed)
    if not url or whole.is_cut(printed):
        escaped = said.text[: span.start].endswith("=") and unquote(printed) in whole.every
        path = printed.removeprefix(whole.shop)
        own = printed in said.source or (path and path != printed and path in said.source)
        return "" if own or escaped else "a filter cut or changed the address: it does not lead anywhere any more"
    before = said.text[span.start - 1 : span.start] if span.start else ""
    if before.isalnum():
        return "a word runs into the link: put a blank before it"
    if url == printed and said.text[span.end - 1] == url[-1] and whole.runs_on(url, said.text[span.end :]):
        return "what follows runs into the link: put a blank after it"
    return ""


def _texts(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _texts(each)
        case list():
            for each in value:
                yield from _texts(each)
