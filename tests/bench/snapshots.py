"""Profiles built and loaded a second, and what loading writes."""

from tests.bench.report import Report


def run() -> list[Report]:
    """Nothing yet."""
    return []
