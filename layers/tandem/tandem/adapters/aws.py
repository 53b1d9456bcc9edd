"""How AWS is called, and the one place where its errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tandem.errors import Conflict, Unavailable

# Reads and idempotent writes may be tried again by botocore; a client that sends to people must not be.
PATIENT: Final = Config(
    retries={"mode": "standard", "total_max_attempts": 4},
    connect_timeout=2,
    read_timeout=5,
    parameter_validation=False,  # a tenth of a call's CPU; what is sent is made here
)
_THROTTLED: Final = frozenset(
    {
        "LimitExceededException",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)


def code_of(error: ClientError) -> str:
    """The service's own name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))


@contextmanager
def calling(service: str, operation: str) -> Iterator[None]:
    """For work on a queue: a lost condition is Conflict, every other failure Unavailable, and the message comes back.

    A lasting failure (a permission that lacks) fails its message until that is in the dead-letter queue: never lost.
    """
    try:
        yield
    except ClientError as error:
        if code_of(error) == "ConditionalCheckFailedException":
            raise Conflict from error
        raise Unavailable(service, operation) from error
    except BotoCoreError as error:
        raise Unavailable(service, operation) from error


@contextmanager
def passing_faults(service: str, operation: str) -> Iterator[None]:
    """For work that somebody waits for: what passes by itself is Unavailable, a lasting failure stays what it is."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code_of(error) in _THROTTLED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(service, operation) from error
        raise
    except BotoCoreError as error:
        raise Unavailable(service, operation) from error
