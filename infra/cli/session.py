"""What a command works with. All of it is handed in, so that tests hand in their own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TextIO

from infra.cli.screen import Screen
from infra.cli.stack import Stack


@dataclass(frozen=True, slots=True)
class Session:
    """`client` makes a boto3 client of a service; `stack` looks the deployed stack up; `clock` is aware."""

    screen: Screen
    client: Callable[[str], Any]
    stack: Callable[[], Stack]
    clock: Callable[[], datetime]
    stdin: TextIO
