"""`tandem webhook secret`: the key with which a receiver checks what is posted to it."""

import argparse
from typing import Any

from infra.cli.session import Session
from tandem.adapters.secret import WEBHOOK, StackSecret


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser("webhook", help="what a webhook's receiver needs", description=__doc__)
    actions = parser.add_subparsers(title="actions", required=True, metavar="ACTION")
    secret = actions.add_parser("secret", help="print the key that Tandem-Signature is made with, in hex")
    secret.set_defaults(run=show)


def show(_: argparse.Namespace, session: Session) -> int:
    """The key alone, so that it can be handed on. It is no use's but the webhook's."""
    key = StackSecret(session.client("secretsmanager"), session.stack()["SecretArn"]).key(WEBHOOK)
    print(key.hex())
    return 0
