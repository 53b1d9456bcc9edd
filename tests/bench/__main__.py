"""`make bench`: ratios in one run. Prints tables and exits 0; what must hold is asserted on counts elsewhere."""

from rich.console import Console

from tests.bench import cold_start, event_cost

console = Console()


def main() -> None:
    """Runs every benchmark."""
    for benchmark in (cold_start, event_cost):
        console.print(benchmark.run())


if __name__ == "__main__":
    main()
