"""Fresh worlds on all cores for as long as one likes, or one again with its story.

`make simulate`, `make simulate SECONDS=600`, `make simulate SEED=1234`. The last line says how many worlds there were,
what happened in them, and how many went wrong, with their seeds. `make simulate OF=switched-off` switches off one
protection after the other, and writes into docs/testing.md in which world that is seen.
"""

import argparse
import gc
import os
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from typing import Final

from tests.simulator.found import write
from tests.simulator.quiet import quiet
from tests.simulator.run import play
from tests.simulator.story import Wrong

COUNTED: Final = ("worlds", "calls", "kills", "decided", "messages")
MINUTE = 60
LEAST = 1_000  # worlds of a run of a minute or more, also where a busy machine takes longer for them
Found = list[tuple[str, str]]  # seeds, and the last line of their stories


def main() -> int:
    """As called by make."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed")
    parser.add_argument("--switched-off", action="store_true")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    given = parser.parse_args()
    if given.switched_off:
        return bool(write(given.processes))
    return repeat(given.seed) if given.seed else bool(simulate(given.seconds, given.processes))


def repeat(seed: str) -> int:
    """One world, with its story."""
    try:
        with quiet():
            world = play(seed)
    except Wrong as wrong:
        print(wrong)
        return 1
    print(f"{world.story.told()}\nseed {seed}: all is right")
    return 0


def simulate(seconds: float, processes: int) -> int:
    """Fresh worlds. Returns how many went wrong."""
    first, ends = secrets.randbits(32), time.time() + seconds
    least = -(-LEAST // processes) if seconds >= MINUTE else 0
    done, found = Counter[str](), list[tuple[str, str]]()
    with ProcessPoolExecutor(processes) as pool:
        for counted, wrong in pool.map(_some, [(f"{first + at}", ends, least) for at in range(processes)]):
            done += counted
            found += wrong
    told = f": SEED={', SEED='.join(seed for seed, _ in found)}" if found else ""
    print(f"{', '.join(f'{done[what]} {what}' for what in COUNTED)}; {len(found)} failures{told}")
    return len(found)


def _some(given: tuple[str, float, int]) -> tuple[Counter[str], Found]:
    """What one process does until the time is over, and its share of the worlds is played."""
    first, ends, least = given
    done, found = Counter[str](), list[tuple[str, str]]()
    with quiet():
        for seed in _seeds(first, ends, least):
            try:
                done += play(seed).counted()
            except Wrong as wrong:
                last = str(wrong).rpartition("\n")[2]
                print(f"SEED={seed}: {last}", file=sys.__stdout__, flush=True)
                found.append((seed, last))
                done["worlds"] += 1
    return done, found


def _seeds(first: str, ends: float, least: int) -> Iterator[str]:
    gc.disable()  # a world's rubbish goes with it
    number = 0
    while time.time() < ends or number < least:
        yield f"{first}-{number}"
        number += 1
        if not number % 20:
            gc.collect()
    gc.enable()


if __name__ == "__main__":
    sys.exit(main())
