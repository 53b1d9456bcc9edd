"""What AWS answers, told apart once: passing faults become Unavailable, all others stay what they are."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Final

from botocore.exceptions import BotoCoreError, ClientError

from tandem.errors import Unavailable

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
def passing_faults(service: str, operation: str) -> Iterator[None]:
    """Raises Unavailable for throttling, a service's own failures and lost connections, after botocore's retries."""
    try:
        yield
    except ClientError as error:
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        if code_of(error) in _THROTTLED or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise Unavailable(service, operation) from error
        raise
    except BotoCoreError as error:
        raise Unavailable(service, operation) from error
