"""One POST by HTTPS to a host that somebody else named: once, without redirects, to an address that was looked at.

The name is resolved here and the connection made to what came of it, so that a name server that gives one answer to
the check and another to the connection gains nothing.
"""

import socket
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Final
from urllib.parse import SplitResult, urlsplit

from urllib3.connection import HTTPSConnection
from urllib3.exceptions import HTTPError

from tandem.sending.public_address import is_public

HTTPS: Final = 443
_CONNECT_SECONDS: Final = 2
_BODY_SECONDS: Final = 1
_LONGEST_BODY: Final = 2048  # of the answer: enough to tell what was wrong
_MOST_ADDRESSES: Final = 2  # a call of send takes five messages, and ends before it is cut off

Resolve = Callable[[str], Sequence[tuple[str, int]]]


@dataclass(frozen=True, slots=True)
class NotReached:
    """There is no connection: nothing has left."""

    detail: str


@dataclass(frozen=True, slots=True)
class Forbidden:
    """The address may not be posted to."""

    detail: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The request may have arrived."""

    detail: str


@dataclass(frozen=True, slots=True)
class Reply:
    """Header names are in lower case; of the body it is the beginning."""

    status: int
    headers: Mapping[str, str]
    body: str


Posted = NotReached | Forbidden | Lost | Reply


def resolved(host: str) -> Sequence[tuple[str, int]]:
    """The addresses of a name, the likeliest first. Raises OSError."""
    found = socket.getaddrinfo(host, HTTPS, type=socket.SOCK_STREAM)
    return [(str(address[0]), HTTPS) for *_, address in found]


def is_postable(url: str) -> bool:
    """Whether it is https, at its own port, with a host and without a name and password."""
    try:
        parts = urlsplit(url)
        plain = parts.port in (None, HTTPS) and parts.username is None and parts.password is None
    except ValueError:
        return False
    return url.isascii() and url.isprintable() and " " not in url and parts.scheme == "https" and plain and _host(parts)


def _host(parts: SplitResult) -> bool:
    return bool(parts.hostname)


@dataclass(frozen=True, slots=True)
class HttpsPost:
    """How to post. Tests bring their own names, addresses and certificates."""

    resolve: Resolve = resolved
    is_allowed: Callable[[str], bool] = is_public
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    read_seconds: float = 10

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Posted:
        """Post it, once."""
        if not is_postable(url):
            return Forbidden("not an https address at port 443")
        parts = urlsplit(url)
        connection = self._connected(parts.hostname or "")
        if not isinstance(connection, HTTPSConnection):
            return connection
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.timeout = self.read_seconds
            connection.sock.settimeout(self.read_seconds)
            return _posted(connection, path, {"Host": parts.hostname or "", **headers}, body)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            return Lost(type(error).__name__)
        finally:
            connection.close()

    def _connected(self, host: str) -> HTTPSConnection | Forbidden | NotReached:
        try:
            addresses = self.resolve(host)
        except (OSError, UnicodeError) as error:
            return NotReached(type(error).__name__)
        if refused := [address for address, _ in addresses if not self.is_allowed(address)]:
            return Forbidden(f"{host} is at {refused[0]}, which is no public address")
        failed = "no address"
        for address, port in addresses[:_MOST_ADDRESSES]:
            connection = self._connection(host, address, port)
            try:
                connection.connect()
            except (HTTPError, OSError, ValueError) as error:  # the handshake included: nothing was said yet
                connection.close()
                failed = type(error).__name__
            else:
                return connection
        return NotReached(failed)

    def _connection(self, host: str, address: str, port: int) -> HTTPSConnection:
        """To the address, as the host: its name is asked for, and its certificate."""
        return HTTPSConnection(
            address,
            port,
            timeout=_CONNECT_SECONDS,
            ssl_context=self.trust,
            server_hostname=host,
        )


def _posted(connection: HTTPSConnection, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
    connection.request("POST", path, body=body, headers=headers, preload_content=False, decode_content=False)
    line = connection.sock
    answer = connection.getresponse()
    names = {name.lower(): value for name, value in answer.headers.items()}
    try:
        line.settimeout(_BODY_SECONDS)
        said = answer.read1(_LONGEST_BODY)
    except (HTTPError, HTTPException, OSError):  # the status is the answer
        said = b""
    return Reply(answer.status, names, said.decode("utf-8", "replace"))
