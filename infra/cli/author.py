"""Who publishes: who they say they are, else who AWS takes them for."""

from infra.cli.session import Session
from tandem.adapters.aws import calling


def author_of(said: str | None, session: Session) -> str:
    """`ada`, the last part of `arn:aws:iam::123456789012:user/ada` where nobody said another name."""
    if said:
        return said
    with calling("sts", "GetCallerIdentity"):
        arn = str(session.client("sts").get_caller_identity()["Arn"])
    return arn.rpartition(":")[2].rpartition("/")[2]
