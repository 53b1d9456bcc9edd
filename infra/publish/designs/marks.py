"""Marks by which what is compiled of a design is found again: at each HTML tag, and at what components lead to."""

import re
from typing import Final

from infra.publish.designs.located import Located, Place
from infra.publish.designs.tokens import HELD, Tokens, replaced

_TAG: Final = re.compile(
    r"""<(mj-title|mj-preview|mj-style)\b.*?</\1\s*>|<([A-Za-z][\w:.-]*)((?:[^<>"']|"[^"]*"|'[^']*')*)>""", re.DOTALL
)
_ADDRESS: Final = re.compile(r"""(\s(?:href|src|srcset|background-url)\s*=\s*)(?:"([^"#][^"]*)"|'([^'\"#][^'\"]*)')""")


def marked(source: Located, tokens: Tokens) -> Located:
    """The source, its Liquid held, with marks at its tags. Addresses that are literal are held as Liquid is."""

    def mark(found: re.Match[str], place: Place) -> str:
        name = found[2] or ""
        if not name:
            return found[0]
        if name.startswith("mj"):
            return _ADDRESS.sub(lambda address: _held(address, tokens, place), found[0])
        end = len(name) + 1
        return found[0][:end] + tokens.mark(place) + found[0][end:]

    return replaced(source, _TAG, mark)


def _held(address: re.Match[str], tokens: Tokens, place: Place) -> str:
    value = address[2] or address[3]
    return address[0] if HELD.search(value) else f'{address[1]}"{tokens.hold(value, place)}"'
