"""What can go wrong without being a bug: said in a sentence, with what to do about it."""

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    TokenRetrievalError,
    UnauthorizedSSOTokenError,
)
from botocore.exceptions import (
    ConnectionError as NoConnection,
)

from tandem.adapters.aws import code_of
from tandem.errors import BadHistory, BadPlaybook, Conflict, TandemError, Unavailable

_EXPIRED = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired"})
_UNKNOWN = frozenset(
    {"InvalidClientTokenId", "UnrecognizedClientException", "SignatureDoesNotMatch", "InvalidAccessKeyId"}
)
_DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "UnauthorizedOperation"})
_LOG_IN = "log in (aws sso login, or aws configure), or for the local stack: python -m infra.local status"


class Mistake(Exception):
    """What was typed, or what it meets, cannot work; `hints` are what to do about it."""

    def __init__(self, problem: str, *hints: str) -> None:
        super().__init__(problem)
        self.problem = problem
        self.hints = hints


def as_mistake(error: Exception) -> Mistake | None:
    """An expected error in words; None for a bug."""
    match error:
        case Mistake():
            return error
        case Unavailable() if isinstance(error.__cause__, ClientError | BotoCoreError):
            return as_mistake(error.__cause__)
        case Conflict():
            return Mistake("somebody else wrote at the same moment", "run it again")
        case BadPlaybook():
            return Mistake(str(error), "correct the lines above; what was published last stays live")
        case BadHistory():
            return Mistake(str(error))
        case TandemError():
            return Mistake(str(error))
        case ClientError():
            return _answered(error)
        case BotoCoreError():
            return _not_reached(error)
        case _:
            return None


def _answered(error: ClientError) -> Mistake:
    code, operation = code_of(error), error.operation_name
    message = error.response.get("Error", {}).get("Message", "")
    if code in _EXPIRED:
        return Mistake("the AWS credentials have expired", _LOG_IN)
    if code in _UNKNOWN:
        return Mistake("AWS does not know these credentials", _LOG_IN)
    if code in _DENIED:
        return Mistake(f"these credentials may not call {operation}: {message}", "use a role that may")
    return Mistake(f"AWS answered {operation} with {code}: {message}")


def _not_reached(error: BotoCoreError) -> Mistake:
    match error:
        case NoCredentialsError() | PartialCredentialsError():
            return Mistake("no AWS credentials were found", _LOG_IN)
        case SSOTokenLoadError() | TokenRetrievalError() | UnauthorizedSSOTokenError():
            return Mistake("the AWS login has ended", "aws sso login")
        case ProfileNotFound():
            return Mistake(str(error), "aws configure list-profiles shows which there are; AWS_PROFILE names one")
        case NoRegionError():
            return Mistake("no AWS region is set", "export AWS_DEFAULT_REGION=us-east-1 (the stack's region)")
        case EndpointConnectionError() | NoConnection():
            return Mistake(str(error), "if AWS_ENDPOINT_URL names a local stack: python -m infra.local status")
        case _:
            return Mistake(str(error))
