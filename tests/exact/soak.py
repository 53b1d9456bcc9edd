"""Fresh programs for as long as one likes; a failing seed can be run again: `make soak SECONDS=60`, `make soak SEED=7`.

The last line says how many examples and probes there were, how many failed, and the first seed that did.
"""

import argparse
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

from tests.exact.programs import Program
from tests.exact.slow import Design
from tests.exact.world import Probes, Wrong

LENGTH: Final = 200  # bytes: some fifteen operations


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


def first_fault(design: Callable[[], Design], examples: int) -> int | None:
    """How many programs, those with the first seeds, it takes to find a design wrong; None if all are right."""
    found = (seed for seed in range(examples) if fault_in(program_of(seed), design()))
    seed = next(found, None)
    return None if seed is None else seed + 1


def shrunk(program: bytes) -> bytes:
    """A shorter program with simpler choices that still goes wrong."""
    size = len(program) // 2
    while size:
        for candidate in _simpler(program, size):
            if fault_in(candidate):
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
    probes, failed, examples, ends = Probes(), list[int](), 0, time.monotonic() + seconds
    while time.monotonic() < ends:
        seed = secrets.randbits(40)
        examples += 1
        program = Program(program_of(seed))
        try:
            program.run()
        except Wrong:
            failed.append(seed)
            print(f"seed {seed}, shrunk:\n{fault_in(shrunk(program_of(seed)))}\n", flush=True)
        probes += program.world.probes
    told = f", the first with SEED={failed[0]}" if failed else ""
    print(
        f"{examples} examples, {probes.values} probes ({probes.complete} complete, {probes.merged} of a profile and"
        f" live together), {len(failed)} failures{told}"
    )
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
