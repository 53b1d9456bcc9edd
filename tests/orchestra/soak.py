"""Fresh worlds for as long as one likes; a failing seed can be run again: `make soak OF=orchestra SECONDS=60`,
`make soak OF=orchestra SEED=7`.

The last line says how many worlds, commits and messages there were, how many failed, and the first seed that did.
"""

import argparse
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterator
from random import Random
from typing import Final

from tests.orchestra.design import Design
from tests.orchestra.history import Wrong
from tests.orchestra.programs import Program

LENGTH: Final = 240  # bytes: a playbook, then some fifteen operations


def program_of(seed: int) -> bytes:
    """The program with a seed: always the same."""
    return Random(seed).randbytes(LENGTH)


def fault_in(program: bytes, design: Design | None = None) -> str:
    """The story of what went wrong, or nothing."""
    try:
        Program(program, design).run()
    except Wrong as wrong:
        return str(wrong)
    return ""


def first_fault(design: type[Design], examples: int) -> int | None:
    """How many programs, those with the first seeds, it takes to see the fault that a design tells of; None if all of
    them pass without it."""
    found = (seed for seed in range(examples) if design.tells in last_line(fault_in(program_of(seed), design())))
    seed = next(found, None)
    return None if seed is None else seed + 1


def last_line(story: str) -> str:
    """What was wrong in the end."""
    return story.rpartition("\n")[2]


def shrunk(program: bytes, design: Design | None = None) -> bytes:
    """A shorter program with simpler choices that still goes wrong."""
    size = len(program) // 2
    while size:
        for candidate in _simpler(program, size):
            if fault_in(candidate, design):
                program = candidate
                break
        else:
            size //= 2
    return program


def _simpler(program: bytes, size: int) -> Iterator[bytes]:
    for start in range(0, len(program), size):
        yield program[:start] + program[start + size :]
    for start in range(0, len(program), size):
        if any(program[start : start + size]):
            rest = program[start + size :]
            yield program[:start] + bytes(len(program) - start - len(rest)) + rest


def soak(seconds: float) -> int:
    """Runs fresh seeds. Returns how many failed."""
    done, failed, ends = Counter[str](), list[int](), time.monotonic() + seconds
    while time.monotonic() < ends:
        seed = secrets.randbits(40)
        program = Program(program_of(seed))
        try:
            program.run()
        except Wrong:
            failed.append(seed)
            print(f"seed {seed}, shrunk:\n{fault_in(shrunk(program_of(seed)))}\n", flush=True)
        judge = program.world.judge
        done += Counter(
            worlds=1, commits=judge.history.commits, decisions=len(judge.documents), messages=len(judge.departures)
        )
    told = f", the first with SEED={failed[0]}" if failed else ""
    print(f"{', '.join(f'{number} {what}' for what, number in done.items())}, {len(failed)} failures{told}")
    return len(failed)


def repeat(seed: int) -> int:
    """Runs one seed, and tells what happened in it, shrunk."""
    fault = fault_in(program_of(seed))
    print(f"{fault}\n\nshrunk:\n{fault_in(shrunk(program_of(seed)))}" if fault else f"seed {seed}: all is right")
    return bool(fault)


def main() -> int:
    """As called by make."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int)
    given = parser.parse_args()
    return bool(soak(given.seconds) if given.seed is None else repeat(given.seed))


if __name__ == "__main__":
    sys.exit(main())
