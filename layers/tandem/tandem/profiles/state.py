"""The stored form of what the slow brain keeps of a customer. Equal states make equal bytes."""

import json
import zlib
from typing import Final

from tandem.attributes.stored import VERSION, pack_live, unpack_live
from tandem.errors import BadEvent, Unreadable
from tandem.profiles.advance import State

FORM: Final = f"1/{VERSION}"  # of states and profiles. Another one: start over from the archive, which has everything
_DIGITS: Final = 16


def pack_state(state: State) -> bytes:
    """The bytes stored for a customer's state."""
    document = {
        "live": pack_live(state.live),
        "recent": [each for pair in sorted(state.recent.items()) for each in pair],
        "known": "".join(sorted(state.known)),
    }
    text = json.dumps({name: part for name, part in document.items() if part}, separators=(",", ":"))
    return zlib.compress(text.encode(), 6)


def unpack_state(customer_id: str, data: bytes) -> State:
    """The inverse of `pack_state`. Raises Unreadable."""
    try:
        document = json.loads(zlib.decompress(data))
        recent, known = document.get("recent", []), document.get("known", "")
        return State(
            live=unpack_live(document.get("live", {})),
            recent=dict(zip(recent[::2], recent[1::2], strict=True)),
            known=frozenset(known[at : at + _DIGITS] for at in range(0, len(known), _DIGITS)),
        )
    except (zlib.error, ValueError, LookupError, TypeError, AttributeError, BadEvent) as error:
        raise Unreadable(f"state of {customer_id}") from error
