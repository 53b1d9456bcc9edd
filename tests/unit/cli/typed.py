"""What a person types, and what comes back. No AWS: a client asked for is a mistake of the test."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from io import StringIO
from typing import Any

from infra.cli.main import parser, run
from infra.cli.mistake import Mistake
from infra.cli.screen import Screen
from infra.cli.session import Session
from infra.cli.stack import Stack
from tests.builders import NOON


@dataclass(frozen=True)
class Typed:
    """The exit code and what was printed."""

    code: int
    out: str
    err: str


def _no_client(service: str) -> Any:
    raise AssertionError(f"nobody was to call {service}")


def _no_stack() -> Stack:
    raise Mistake("there is no deployed stack named tandem", "python -m infra.local up")


NOWHERE = Session(Screen(), _no_client, _no_stack, lambda: NOON, StringIO())


def typed(*words: str, session: Session = NOWHERE, stdin: str = "") -> Typed:
    """`tandem` with these words."""
    out, err = StringIO(), StringIO()
    code = run(parser({}).parse_args(words), replace(session, screen=Screen(out, err), stdin=StringIO(stdin)))
    return Typed(code, out.getvalue(), err.getvalue())


def on(client: Callable[[str], Any], stack: Stack, now: datetime = NOON) -> Session:
    """A session with a stack."""
    return replace(NOWHERE, client=client, stack=lambda: stack, clock=lambda: now)
