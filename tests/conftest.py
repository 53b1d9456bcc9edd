"""What is said to pytest of all tests: which of them begin first, and which share a worker."""

from typing import Any

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

settings.register_profile("busy", deadline=None)  # the machine may be busy: no test asserts on a clock
settings.load_profile("busy")

# Of each line one worker does all, one after the other, with what it once made for them: a stack, a shop's past. Those
# that wait (for timers, schedules, queues) are two lines, so that they wait at the same time. By path: xdist's own
# groups are lost with pytest 9.2 (pytest-xdist 1386).
TOGETHER = (
    (
        "tests/stack/test_killed.py",
        "tests/stack/test_demo.py",
        "tests/stack/test_archive.py",
        "tests/stack/test_erase.py",
        "tests/stack/test_feedback.py",
        "tests/stack/test_unsubscribe.py",
        "tests/template/test_artifacts.py",
    ),
    ("tests/stack/",),
    ("tests/unit/demo/",),
    ("tests/unit/docs/test_docs.py",),
    ("tests/golden/",),  # one browser takes all pictures
)
LONG = (
    "tests/exact/test_cdnow.py",
    "tests/aws/test_trigger_killed_twice.py",
    "tests/aws/test_load_profiles.py",
    "tests/template/",
    "tests/exact/",
    "tests/orchestra/",
    "tests/unit/profiles/",
    "tests/aws/test_unsubscribe.py",
    "tests/aws/",
)
ORDER = (*(path for line in TOGETHER for path in line), *LONG)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first, so that no worker is alone with it at the end."""
    items.sort(key=lambda item: _place(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> "Lines":
    """How tests are given to workers, with `--dist` or without."""
    config.option.loadscopereorder = False  # the order is the one above
    return Lines(config, log)


class Lines(LoadScopeScheduling):  # type: ignore[misc]  # xdist ships no types
    """Each test for whoever is free, but those of a line together."""

    def _split_scope(self, nodeid: str) -> str:
        return next((paths[0] for paths in TOGETHER if nodeid.startswith(paths)), nodeid)


def _place(nodeid: str) -> int:
    return next((number for number, path in enumerate(ORDER) if nodeid.startswith(path)), len(ORDER))
