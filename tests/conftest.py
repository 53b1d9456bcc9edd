"""What is said to pytest of all tests."""

import pytest

WAITS = ("tests/stack/",)  # for timers, schedules and queues: meanwhile the others are run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that wait begin first. They are one worker's (group `stack`), and the longest that it has to do."""
    items.sort(key=lambda item: not item.nodeid.startswith(WAITS))
