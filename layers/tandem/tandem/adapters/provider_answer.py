"""What a provider's call says about the message: taken, refused, or nobody knows."""

import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ParamValidationError,
    ProxyConnectionError,
)

from tandem.sending.outcome import Reason
from tandem.sending.ports import Accepted, Answer, Halted, NoAnswer, NotTaken, Rejected

if TYPE_CHECKING:
    from mypy_boto3_sns.type_defs import MessageAttributeValueTypeDef

# Providers know no idempotency: a client that sends to people tries once, and gives up before its function does.
ONCE: Final = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=10)
_THROTTLED: Final = frozenset(
    (
        "KMSThrottling",
        "LimitExceededException",
        "Throttled",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    )
)
# Said of who asks, before anything is looked at: credentials that ran out, a clock that is wrong. It passes.
_UNSIGNED: Final = frozenset(
    (
        "ExpiredToken",
        "ExpiredTokenException",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    )
)
# Until somebody acts, nothing of this account leaves.
_HALTED: Final = frozenset(("AccountSuspendedException", "PlatformApplicationDisabled", "SendingPausedException"))
# Raised before a request is on its way.
_NOT_REACHED: Final = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError, ProxyConnectionError)
_LONGEST_DETAIL: Final = 300
# Providers repeat whom they refuse; neither ledger nor logs hold addresses.
_ADDRESS: Final = re.compile(r"[^\s<>()\[\]:;,\"]+@[^\s<>()\[\]:;,\"]+|\+[0-9]{6,}")
_NONE: Final[Mapping[str, Reason]] = MappingProxyType({})


def hand_over(call: Callable[[], str], reasons: Mapping[str, Reason] = _NONE) -> Answer:
    """Make the call, which returns the provider's id. `reasons` are those of error codes that say more than no."""
    try:
        return Accepted(call())
    except ClientError as error:
        return _answered(error, reasons)
    except ParamValidationError as error:
        return Rejected(Reason.PROVIDER_REJECTED, _without_addresses(str(error)))
    except _NOT_REACHED as error:
        return NotTaken(type(error).__name__)
    except Exception as error:  # noqa: BLE001 - whatever it was, the request may have arrived
        return NoAnswer(type(error).__name__)


def text_attribute(value: str) -> "MessageAttributeValueTypeDef":
    """A message attribute of SNS."""
    return {"DataType": "String", "StringValue": value}


def _answered(error: ClientError, reasons: Mapping[str, Reason]) -> Answer:
    said = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    detail = _without_addresses(f"{said.get('Code', '')}: {said.get('Message', '')}")
    if said.get("Code") in _THROTTLED | _UNSIGNED or status == HTTPStatus.TOO_MANY_REQUESTS:
        return NotTaken(detail)
    if said.get("Code") in _HALTED:
        return Halted(detail)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return NoAnswer(detail)
    return Rejected(reasons.get(said.get("Code", ""), Reason.PROVIDER_REJECTED), detail)


def _without_addresses(text: str) -> str:
    return _ADDRESS.sub("<address>", text)[:_LONGEST_DETAIL]
