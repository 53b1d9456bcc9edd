"""CPU time, taken in turns so that a noisy machine is noisy for everyone."""

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median

# The process says itself what it took: its parent would count the moments before it became itself.
_MEASURE = """
import time as _time
print(_time.process_time(), next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU of a whole process in milliseconds, and the most memory it held in MB."""

    cpu_ms: float
    rss_mb: float


def processes(programs: Mapping[str, str], rounds: int = 7) -> dict[str, Cost]:
    """The median cost of each program (Python code) as a process of its own, the programs taking turns."""
    found: dict[str, list[Cost]] = {name: [] for name in programs}
    for _ in range(rounds):
        for name, code in programs.items():
            said = subprocess.run(
                [sys.executable, "-c", code + _MEASURE], stdout=subprocess.PIPE, text=True, check=True
            )
            cpu, peak = said.stdout.split()[-2:]
            found[name].append(Cost(float(cpu) * 1000, int(peak) / 1024))
    return {
        name: Cost(median(each.cpu_ms for each in costs), median(each.rss_mb for each in costs))
        for name, costs in found.items()
    }


def turns(works: Mapping[str, Callable[[], object]], rounds: int = 9) -> dict[str, float]:
    """The median CPU of one call of each, in microseconds, the works taking turns."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            before = time.process_time()
            work()
            found[name].append((time.process_time() - before) * 1e6)
    return {name: median(times) for name, times in found.items()}
