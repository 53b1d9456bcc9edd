"""The functions say nothing: a minute of worlds would print a million lines of logs and metrics."""

import io
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Final

FUNCTIONS: Final = ("trigger", "archive", "record", "send", "feedback", "settle", "unsubscribe")
DISABLED: Final = "POWERTOOLS_METRICS_DISABLED"


@contextmanager
def quiet() -> Iterator[None]:
    """While this lasts."""
    before = os.environ.get(DISABLED)
    levels = {name: logging.getLogger(name).level for name in FUNCTIONS}
    os.environ[DISABLED] = "true"
    for name in FUNCTIONS:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        with redirect_stdout(io.StringIO()):  # a single metric is printed whatever is disabled
            yield
    finally:
        for name, level in levels.items():
            logging.getLogger(name).setLevel(level)
        if before is None:
            del os.environ[DISABLED]
        else:
            os.environ[DISABLED] = before
