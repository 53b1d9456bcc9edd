"""`tandem env`: what the deployed functions are told, for `sam local invoke --env-vars`."""

import argparse
import json
from typing import Any, Final

from infra.cli.session import Session
from tandem.adapters.aws import calling

_OUTPUT: Final = "FunctionName"


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "env",
        help="the deployed functions' environment, for sam local invoke",
        description="Prints the environment of every deployed function as `sam local invoke --env-vars` takes it, so "
        "that a function run on this machine meets the tables and queues of the stack.",
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """Prints JSON by the functions' names in the template."""
    stack, client = session.stack(), session.client("lambda")
    told: dict[str, Any] = {}
    for output in sorted(stack.outputs):
        if output.endswith(_OUTPUT):
            with calling("lambda", "GetFunctionConfiguration"):
                found = client.get_function_configuration(FunctionName=stack[output])
            told[output.removesuffix("Name")] = found["Environment"]["Variables"]
    print(json.dumps(told, indent=2))
    return 0
