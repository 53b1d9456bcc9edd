"""moto with one session for all tests of a process: it reads only once what AWS can do, the slow part of a test."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import boto3
from moto import mock_aws


@cache
def _session() -> boto3.Session:
    return boto3.Session()


class KeptClients:
    """The same session; it makes each client of a function once, however often its worker starts. `made` are those."""

    def __init__(self) -> None:
        self._kept: dict[Any, Any] = {}

    @property
    def made(self) -> list[Any]:
        return list(self._kept.values())

    @property
    def events(self) -> Any:
        return _session().events

    def client(self, name: Any, config: Any = None) -> Any:
        """A test's own clients have no `config`."""
        if config is None:
            return _session().client(name)
        key = (name, id(config))
        if key not in self._kept:
            self._kept[key] = _session().client(name, config=config)
        return self._kept[key]


@contextmanager
def quick_aws(session: KeptClients | None = None) -> Iterator[None]:
    """moto's AWS, empty. The environment has credentials already; moto takes the session away again at the end."""
    with mock_aws():
        boto3.DEFAULT_SESSION = session or _session()  # type: ignore[assignment]
        yield
