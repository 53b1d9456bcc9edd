"""Who publishes: who they say they are, else who AWS takes them for."""

from infra.cli.mistake import Mistake
from infra.cli.session import Session
from tandem.adapters.aws import calling
from tandem.errors import Unavailable


def author_of(said: str | None, session: Session) -> str:
    """`ada`, the last part of `arn:aws:iam::123456789012:user/ada` where nobody said another name. Raises Mistake."""
    if said:
        return said
    try:
        with calling("sts", "GetCallerIdentity"):
            arn = str(session.client("sts").get_caller_identity()["Arn"])
    except Unavailable as error:
        raise Mistake("AWS does not say who publishes", "say it: --author NAME") from error
    return arn.rpartition(":")[2].rpartition("/")[2]
