"""The command `tandem`: reads what was typed, runs one command, and says what went wrong without a traceback."""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import boto3

from infra.cli.commands import (
    attributes,
    breaker,
    dlq,
    doctor,
    emit,
    env,
    erase,
    export,
    playbook,
    preview,
    repeat,
    replay,
    report,
    rules,
    send_test,
    webhook,
    why,
)
from infra.cli.mistake import as_mistake
from infra.cli.screen import Screen
from infra.cli.session import Session
from infra.cli.stack import find_stack
from tandem.adapters.aws import PATIENT

COMMANDS = (
    why,
    repeat,
    report,
    attributes,
    emit,
    replay,
    rules,
    playbook,
    preview,
    send_test,
    breaker,
    dlq,
    webhook,
    export,
    erase,
    doctor,
    env,
)
WRONG = 2


def main(argv: Sequence[str] | None = None) -> int:
    """What the console script runs."""
    arguments = parser(os.environ).parse_args(argv)
    return run(arguments, session(arguments.stack))


def parser(environ: Mapping[str, str]) -> argparse.ArgumentParser:
    """The commands and their options."""
    root = argparse.ArgumentParser(
        prog="tandem",
        description="Look into a Tandem stack and operate it. AWS is found as by the aws command: AWS_PROFILE, "
        "AWS_REGION, AWS_ENDPOINT_URL (for the local stack: python -m infra.local status).",
    )
    stack = environ.get("TANDEM_STACK") or "tandem"
    root.add_argument("--stack", metavar="NAME", default=stack, help=f"the deployed stack (now: {stack}; TANDEM_STACK)")
    commands = root.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for command in COMMANDS:
        command.add(commands)
    return root


def session(stack_name: str) -> Session:
    """The real world. No client is made, and nothing is called, before a command asks."""

    @cache
    def client(service: str) -> Any:
        return boto3.client(service, config=PATIENT)  # type: ignore[call-overload]

    find = cache(lambda: find_stack(client("cloudformation"), stack_name))
    return Session(Screen(), client, find, partial(datetime.now, UTC), sys.stdin)


def run(arguments: argparse.Namespace, with_: Session) -> int:
    """Runs the command. Exit code 0 is well, 1 is: something is lacking or failed, 2 is: it could not be done."""
    try:
        code: int = arguments.run(arguments, with_)
    except KeyboardInterrupt:
        with_.screen.problem("stopped")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except Exception as error:
        mistake = as_mistake(error)
        if mistake is None:
            raise
        with_.screen.problem(mistake.problem, mistake.hints)
        return WRONG
    return code


if __name__ == "__main__":
    sys.exit(main())
