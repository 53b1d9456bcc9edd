"""A message posted to somebody else: signed, once, and to nobody's own network."""

import re
import ssl
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from functions.send.app import desk
from tandem.adapters.https_post import Forbidden, HttpsPost, NotReached, Reply, is_postable
from tandem.adapters.webhook import Webhook
from tandem.customer import Channel
from tandem.errors import Unavailable
from tandem.sending import Accepted, Answer, Envelope, NoAnswer, NotTaken, Reason, Rejected
from tests.aws.receiver import Receiver, Said, certificate, receiving
from tests.aws.send_world import ENVIRONMENT, World, delivered, message_of, now_send
from tests.unit.sending.builders import NOW

HOST, KEY = "hooks.example.com", b"k" * 32
NOTE = Envelope("5e" * 16, "thanks", Channel.WEBHOOK, "c-1", '{"title":"Olá 🎷"}')


class Net:
    """Servers by host, each with a certificate of its own, and one list of names for all."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.names: dict[str, list[tuple[str, int]]] = {}
        self.trust = ssl.create_default_context()

    def serve(self, host: str, says: Said, *, certified_as: str = "") -> Receiver:
        pem = certificate(self.folder, certified_as or host)
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(pem)
        self.trust.load_verify_locations(pem)
        receiver = self.stack.enter_context(receiving(says, tls))
        self.names[host] = [("127.0.0.1", receiver.port)]
        return receiver

    def post(self, **changes: Any) -> HttpsPost:
        return HttpsPost(
            **{"resolve": self.names.__getitem__, "is_allowed": lambda _: True, "trust": self.trust, **changes}
        )

    def send(self, url: str = f"https://{HOST}/messages?shop=1") -> Answer:
        return Webhook(url, lambda: KEY, lambda: NOW, self.post()).send(NOTE)


@pytest.fixture
def net(tmp_path: Path) -> Iterator[Net]:
    with ExitStack() as stack:
        yield Net(tmp_path, stack)


def test_a_message_is_posted_whole_with_what_tells_it_apart(net: Net) -> None:
    receiver = net.serve(HOST, Said(202))

    assert net.send() == Accepted(NOTE.id)
    [request] = receiver.received
    assert request.path == "/messages?shop=1"
    assert request.body.decode() == NOTE.body
    assert request.headers["Host"] == HOST
    assert request.headers["Idempotency-Key"] == NOTE.id
    assert request.headers["Content-Type"] == "application/json; charset=utf-8"
    assert request.headers["User-Agent"] == "Tandem"


def test_the_receiver_may_say_its_own_id(net: Net) -> None:
    net.serve(HOST, Said(200, headers={"X-Message-Id": "m-77"}))

    assert net.send() == Accepted("m-77")


@pytest.fixture
def verified() -> Any:
    """The receiver's function, as the documents have it."""
    page = (Path(__file__).parents[2] / "docs/sending.md").read_text()
    [sample] = [block for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL) if "Tandem-Signature" in block]
    names: dict[str, Any] = {}
    exec(sample, names)  # noqa: S102
    return names["is_from_tandem"]


def test_the_documented_check_takes_what_is_signed_and_nothing_else(net: Net, verified: Any) -> None:
    receiver = net.serve(HOST, Said(202))
    Webhook(f"https://{HOST}/", lambda: KEY, lambda: NOW, net.post()).send(NOTE)
    [request] = receiver.received
    said, now = request.headers["Tandem-Signature"], NOW.timestamp()

    assert verified(KEY.hex(), said, request.body, now)
    assert verified(KEY.hex(), said, request.body, now + 299)
    assert not verified(KEY.hex(), said, request.body, now + 301)  # heard and played again
    assert not verified(KEY.hex(), said, request.body + b" ", now)
    assert not verified((b"o" * 32).hex(), said, request.body, now)
    assert not verified(KEY.hex(), said.replace("t=1", "t=2"), request.body, now)
    assert not verified(KEY.hex(), "", request.body, now)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (Said(408), NotTaken),
        (Said(425), NotTaken),
        (Said(429), NotTaken),
        (Said(503, headers={"Retry-After": "30"}), NotTaken),
        (Said(503), NoAnswer),
        (Said(500), NoAnswer),
        (Said(504), NoAnswer),
        (Said(409), NoAnswer),  # the first try may still be at work
        (Said(400), Rejected),
        (Said(401), Rejected),
        (Said(404), Rejected),
        (Said(410), Rejected),
    ],
)
def test_what_a_status_says_of_the_message(net: Net, said: Said, kind: type) -> None:
    net.serve(HOST, said)

    assert isinstance(net.send(), kind)


def test_a_refusal_tells_in_one_line_what_the_receiver_said(net: Net) -> None:
    net.serve(HOST, Said(422, b"no such\r\ncustomer\x00 " + b"x" * 100_000))

    answer = net.send()

    assert isinstance(answer, Rejected)
    assert answer.detail.startswith("422: no such customer x")
    assert len(answer.detail) == 300


def test_a_redirect_is_not_followed(net: Net) -> None:
    other = net.serve("other.example.com", Said(202))
    net.serve(HOST, Said(307, headers={"Location": "https://other.example.com/"}))

    assert isinstance(net.send(), Rejected)
    assert other.received == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.8", "169.254.169.254", "::1", "fd00:ec2::254", "::ffff:127.0.0.1", "100.64.0.1"]
)
def test_a_host_in_somebodys_own_network_is_refused_and_never_connected_to(net: Net, address: str) -> None:
    receiver = net.serve(HOST, Said(202))
    for found in ([(address, receiver.port)], [("8.8.8.8", 443), (address, receiver.port)]):
        net.names[HOST] = found
        post = HttpsPost(resolve=net.names.__getitem__, trust=net.trust)
        answer = Webhook(f"https://{HOST}/", lambda: KEY, lambda: NOW, post).send(NOTE)

        assert answer == Rejected(Reason.NOT_DELIVERABLE, f"{HOST} is at {address}, which is no public address")
    assert receiver.received == []


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_connected_to(net: Net) -> None:
    receiver = net.serve(HOST, Said(202))
    asked: list[str] = []

    def changes_its_mind(host: str) -> list[tuple[str, int]]:
        asked.append(host)
        return [("127.0.0.1", receiver.port)] if len(asked) == 1 else [("127.0.0.2", 1)]

    post = net.post(resolve=changes_its_mind)

    assert isinstance(post(f"https://{HOST}/", {}, b"{}"), Reply)
    assert asked == [HOST]


def test_who_has_no_certificate_of_that_host_hears_nothing(net: Net) -> None:
    other = net.serve(HOST, Said(202), certified_as="other.example.com")
    unknown = net.post(trust=ssl.create_default_context())

    assert isinstance(net.send(), NotTaken)
    assert unknown(f"https://{HOST}/", {}, b"{}") == NotReached("SSLCertVerificationError")
    assert other.received == []


def test_a_host_whose_first_address_is_down_is_reached_at_the_next(net: Net) -> None:
    receiver = net.serve(HOST, Said(202))
    net.names[HOST] = [("127.0.0.1", 1), ("127.0.0.1", receiver.port)]

    assert isinstance(net.send(), Accepted)
    assert len(receiver.received) == 1


def test_a_name_that_leads_nowhere_and_a_secret_out_of_reach_are_tried_again_later(net: Net) -> None:
    def no_such_name(_: str) -> list[tuple[str, int]]:
        raise OSError

    def no_secret() -> bytes:
        raise Unavailable("secretsmanager", "GetSecretValue")

    nowhere = Webhook(f"https://{HOST}/", lambda: KEY, lambda: NOW, net.post(resolve=no_such_name))
    unsigned = Webhook(f"https://{HOST}/", no_secret, lambda: NOW, net.post())

    assert isinstance(nowhere.send(NOTE), NotTaken)
    assert isinstance(unsigned.send(NOTE), NotTaken)


def test_the_status_is_the_answer_whatever_becomes_of_the_body(net: Net) -> None:
    net.serve(HOST, Said(202, b"cut o", {"Content-Length": "100"}))

    assert net.send() == Accepted(NOTE.id)


def test_send_itself_posts_to_nobodys_own_network(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**ENVIRONMENT, "WEBHOOK_URL": "https://localhost/"}.items():
        monkeypatch.setenv(name, value)
    world, send = World.make(), now_send(channel=Channel.WEBHOOK, address="c-1")
    world.decided(send)

    assert delivered(message_of(send)) == []
    assert world.row(send)["reason"] == "not_deliverable"
    assert "no public address" in world.row(send)["detail"]
    desk.cache_clear()


def test_a_receiver_that_never_ends_its_answer_is_not_listened_to_for_ever(net: Net) -> None:
    net.serve(HOST, Said(202, b"x" * 10_000_000))
    before = time.process_time()

    assert isinstance(net.send(), Accepted)
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.com/",
        "https://hooks.example.com:8443/",
        "https://ana:secret@hooks.example.com/",
        "https:///messages",
        "https://hooks.example.com/\r\nX: y",
        "https://hooks.example.com/a b",
        "https://hooks.example.com:port/",
        "ftp://hooks.example.com/",
        "",
    ],
)
def test_nothing_is_posted_to_what_is_no_plain_https_address(net: Net, url: str) -> None:
    assert not is_postable(url)
    assert isinstance(net.post()(url, {}, b""), Forbidden)
