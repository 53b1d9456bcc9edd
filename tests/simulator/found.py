"""How many worlds it takes until a protection that is switched off is seen, and the table of that in the documents."""

import gc
import re
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from infra.local.paths import ROOT
from tests.simulator.design import Design
from tests.simulator.quiet import quiet
from tests.simulator.run import play
from tests.simulator.story import Wrong
from tests.simulator.switched_off import SWITCHED_OFF

PAGE: Final = ROOT / "docs/testing.md"
BEGIN: Final = "<!-- make simulate OF=switched-off -->\n"
END: Final = "<!-- end -->\n"
HEAD: Final = "| switched off | what that means | found in world |\n| --- | --- | --- |\n"
MOST: Final = 400
_ROW: Final = re.compile(r"^\| `(\w+)` \|.*\| (\d+) \|$", re.MULTILINE)


def is_found(design: type[Design], world: int) -> bool:
    """Whether the world with this number goes wrong as it does without the protection."""
    try:
        with quiet():
            play(f"{world}", design())
    except Wrong as wrong:
        return design.tells in str(wrong).rpartition("\n")[2]
    return False


def first_world(design: type[Design]) -> int | None:
    """The first world, of those counted from 1, in which it is found; None where there is none."""
    for world in range(1, MOST + 1):
        if is_found(design, world):
            return world
        if not world % 20:
            gc.collect()
    return None


def recorded() -> dict[str, int]:
    """What the document says."""
    return {name: int(world) for name, world in _ROW.findall(_table())}


def write(processes: int) -> int:
    """Looks for all of them, and writes the table. Returns how many were not found."""
    with ProcessPoolExecutor(processes) as pool:
        found = dict(zip(SWITCHED_OFF, pool.map(first_world, SWITCHED_OFF), strict=True))
    rows = "".join(f"| `{each.__name__}` | {_meaning(each)} | {world} |\n" for each, world in found.items())
    before, _, rest = PAGE.read_text().partition(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}{HEAD}{rows}{END}{rest.partition(END)[2]}")
    print(HEAD + rows)
    return sum(world is None for world in found.values())


def _meaning(design: type[Design]) -> str:
    return " ".join((design.__doc__ or "").split()).rstrip(".")


def _table() -> str:
    return PAGE.read_text().partition(BEGIN)[2].partition(END)[0]
