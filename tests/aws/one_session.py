"""moto with one session for all tests of a process, and clients that are used again: making them is most of a test.

A client that a world had goes back without what was registered on it meanwhile, and the next world gets it as new. One
that tried anything again, or that anybody has changed, is thrown away.
"""

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, ClassVar
from unittest.mock import patch

import boto3
from cryptography.hazmat.primitives.asymmetric import rsa
from moto import mock_aws
from moto.sns.models import Subscription

REGISTERS = ("register", "register_first", "register_last")
KEPT = 64  # clients of a kind


@cache
def _session() -> boto3.Session:
    return boto3.Session()


@cache
def _key() -> rsa.RSAPrivateKey:
    """What topics sign with: moto makes a new one for each subscription."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class _Client:
    """A client, and what has been done to it since it was made."""

    def __init__(self, made: Any) -> None:
        self.made = made
        self._registered: list[tuple[Any, ...]] = []
        self._retries = 0
        for name in REGISTERS:
            setattr(made.meta.events, name, self._noting(getattr(made.meta.events, name)))
        made.meta.events.register("needs-retry", self._asked)
        self._registered.clear()
        self._was = dict(vars(made))

    def is_as_new(self) -> bool:
        """Takes away what was registered. False: nobody should have this one."""
        for event, handler, *unique in self._registered:
            self.made.meta.events.unregister(event, handler, *unique)
        self._registered.clear()
        return not self._retries and self._was == vars(self.made)

    def _asked(self, attempts: int, **_: Any) -> None:
        self._retries += attempts > 1  # the client has spent some of the retries it allows itself

    def _noting(self, register: Callable[..., None]) -> Callable[..., None]:
        def noted(event: str, handler: Any, unique_id: Any = None, **more: Any) -> None:
            register(event, handler, unique_id, **more)
            self._registered.append((event, handler, unique_id))

        return noted


class _Hooks:
    """What clients are made with from now on; those there are stay as they are. As a session's `events`."""

    def __init__(self) -> None:
        self._hooks: list[tuple[str, str, Any, Any]] = []

    def register(self, event: str, handler: Any, unique_id: Any = None) -> None:
        self._hooks.append(("register", event, handler, unique_id))

    def register_last(self, event: str, handler: Any, unique_id: Any = None) -> None:
        self._hooks.append(("register_last", event, handler, unique_id))

    def unregister(self, event: str, handler: Any) -> None:
        self._hooks = [each for each in self._hooks if each[1:3] != (event, handler)]

    def put_on(self, client: Any) -> None:
        for register, *hook in self._hooks:
            getattr(client.meta.events, register)(*hook)


class OneSession:
    """In place of boto3's default session, for one world."""

    _free: ClassVar[defaultdict[Any, list[_Client]]] = defaultdict(list)  # by all that a client is made of

    def __init__(self) -> None:
        self.events = _Hooks()
        self._lent: list[tuple[Any, _Client]] = []

    def client(self, *args: Any, **config: Any) -> Any:
        """A new client, for all that anybody can tell."""
        machine = [(name, value) for name, value in sorted(os.environ.items()) if name.startswith("AWS_")]
        kind = (args, tuple(sorted(config.items(), key=lambda each: each[0])), tuple(machine))
        free = self._free[kind]
        client = free.pop() if free else _Client(_session().client(*args, **config))
        self._lent.append((kind, client))
        self.events.put_on(client.made)
        return client.made

    def give_back(self) -> None:
        """The world has ended."""
        for kind, client in self._lent:
            if client.is_as_new() and len(self._free[kind]) < KEPT:
                self._free[kind].append(client)
        self._lent.clear()


class KeptClients(OneSession):
    """It makes each client of a function once, however often its worker starts. `made` are those."""

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[Any, Any] = {}

    @property
    def made(self) -> list[Any]:
        return list(self._kept.values())

    def client(self, name: Any, config: Any = None) -> Any:
        """A test's own clients have no `config`."""
        if config is None:
            return super().client(name)
        key = (name, config)
        if key not in self._kept:
            self._kept[key] = super().client(name, config=config)
        return self._kept[key]


@contextmanager
def quick_aws(session: OneSession | None = None) -> Iterator[None]:
    """moto's AWS, empty. The environment has credentials already; moto takes the session away again at the end."""
    session = session or OneSession()
    with mock_aws(), patch.object(Subscription, "private_key", lambda _: _key()):
        boto3.DEFAULT_SESSION = session  # type: ignore[assignment]
        try:
            yield
        finally:
            session.give_back()
