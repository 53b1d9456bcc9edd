"""Clients, and the one place where AWS's error codes become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tandem.adapters.faults import code_of
from tandem.errors import Conflict, Unavailable

# Reads and idempotent writes may be tried again by botocore; a client that sends to people must not be.
PATIENT: Final = Config(retries={"mode": "standard", "total_max_attempts": 4}, connect_timeout=2, read_timeout=5)


@contextmanager
def calling(service: str, operation: str) -> Iterator[None]:
    """Turns a lost condition into Conflict and every other failure into Unavailable: the message comes back."""
    try:
        yield
    except ClientError as error:
        if code_of(error) == "ConditionalCheckFailedException":
            raise Conflict from error
        raise Unavailable(service, operation) from error
    except BotoCoreError as error:
        raise Unavailable(service, operation) from error


def chunks[T](items: list[T], size: int) -> Iterator[list[T]]:
    """The items in lists of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def text(item: Any, name: str) -> str:
    """A string or number attribute of a DynamoDB item, as text."""
    value: dict[str, str] = item[name]
    return next(iter(value.values()))
