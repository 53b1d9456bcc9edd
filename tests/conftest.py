"""What is said to pytest of all tests."""

import pytest
from hypothesis import settings

settings.register_profile("busy", deadline=None)  # the machine may be busy: no test asserts on a clock
settings.load_profile("busy")
WAITS = ("tests/stack/",)  # for timers, schedules and queues: meanwhile the others are run


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that wait begin first. They are one worker's (group `stack`), and the longest that it has to do."""
    items.sort(key=lambda item: not item.nodeid.startswith(WAITS))
