"""MiniStack as a process of ours: start it, deploy on it, read what left it, stop it.

    with start() as stack:
        outputs = stack.deploy({"SendMode": "live"})
        stack.client("sns").publish(TopicArn=outputs["EventsTopicArn"], Message=...)
        stack.mails()

IAM is enforced, and functions run as local processes with their own roles. What MiniStack 1.5.33 does differently from
AWS, as seen; the template's parameter Platform=local is for the first four:

- no TLS, so a bucket policy that refuses plain HTTP refuses everything; no alarms with metric math;
- a number that comes from a parameter stays a text: an event source's MaximumConcurrency as one stops every poller;
- SendMessageBatch is an IAM action of its own, CreateSchedule is checked on group `default`, SendEmail on `*`;
- SNS stamps each subscriber's envelope anew, in whole seconds: two queues may see two Timestamps of one message;
- schedules fire within a second, and neither iam:PassRole nor the schedule's role is checked;
- of a raw email only sender, recipients, subject and bodies are kept; SES raises no events;
- everything is gone when it stops.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.config import Config

from infra.local.build import build
from infra.local.paths import ARCHITECTURE, CREDENTIALS, LOCAL, MINISTACK, REGION, ROOT, SAM, environment
from infra.local.run import StackError, run

__all__ = ["LocalStack", "Mail", "StackError", "Text", "launch", "start", "stop"]

_SCRATCH: Final = "ministack-scratch-"
_PID: Final = "pid"
_PROCESSES: list[subprocess.Popen[bytes]] = []  # ours, as long as this process lives: each is reaped through it
LOCAL_PARAMETERS = {"Architecture": ARCHITECTURE, "Platform": "local"}


@dataclass(frozen=True)
class Mail:
    """One email as MiniStack took it; of the raw message it keeps the bodies and the subject, not the other headers."""

    message_id: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    html: str
    sent_at: datetime


@dataclass(frozen=True)
class Text:
    """One text message as MiniStack took it."""

    message_id: str
    to: str
    message: str


@dataclass(frozen=True)
class LocalStack:
    """A running MiniStack."""

    port: int
    pid: int
    log: Path

    @property
    def endpoint(self) -> str:
        """Where every AWS service of it answers."""
        return f"http://127.0.0.1:{self.port}"

    def client(self, service: str, **config: Any) -> Any:
        """A boto3 client with the root credentials of the local account; the same one for the same question."""
        return _client(self.endpoint, service, json.dumps(config, sort_keys=True))

    def environment(self) -> dict[str, str]:
        """Give a tool (aws, sam, tandem) the environment that points it here."""
        return environment(self.endpoint)

    def deploy(self, parameters: Mapping[str, str] | None = None, *, name: str = "tandem") -> dict[str, str]:
        """Build and deploy the template, or update it, and return its outputs."""
        overrides = LOCAL_PARAMETERS | dict(parameters or {})
        command: list[str | Path] = [
            *(
                SAM,
                "deploy",
                "--config-file",
                ROOT / "samconfig.toml",
                "--config-env",
                "local",
                "--template-file",
                str(build()),
                "--stack-name",
                name,
            ),
            *("--parameter-overrides", *(f'{key}="{value}"' for key, value in overrides.items() if value)),
        ]
        run(command, cwd=ROOT, env=self.environment(), log=LOCAL / f"deploy-{self.port}.log")
        return self.outputs(name)

    def outputs(self, name: str = "tandem") -> dict[str, str]:
        """Return the outputs of a stack that is deployed here."""
        [stack] = self.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def verify_sender(self, identity: str) -> None:
        """Make an address or domain a verified SES identity, as an operator does once on AWS."""
        sesv2 = self.client("sesv2")
        with suppress(sesv2.exceptions.AlreadyExistsException):
            sesv2.create_email_identity(EmailIdentity=identity)

    def mails(self) -> list[Mail]:
        """Every email that left, oldest first."""
        return [_mail(kept) for account in self._read("ses/messages")["messages"].values() for kept in account]

    def texts(self) -> list[Text]:
        """Every text message that left, by phone number and within it oldest first."""
        return [_text(kept) for phone in self._read("sns/sms-messages")["sms_messages"].values() for kept in phone]

    def healthy(self) -> bool:
        """Tell whether it answers."""
        with suppress(OSError):
            self._read("health")
            return True
        return False

    def _read(self, path: str) -> Any:
        with urllib.request.urlopen(f"{self.endpoint}/_ministack/{path}", timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def start(port: int | None = None) -> Iterator[LocalStack]:
    """Run MiniStack for the length of a `with`."""
    stack = launch(port)
    try:
        yield stack
    finally:
        stop(stack.pid)


def launch(port: int | None = None) -> LocalStack:
    """Start MiniStack on a free port and wait until it answers; it runs on until `stop`."""
    if sys.platform != "linux":
        raise StackError("the local stack runs Lambda's Linux packages: start it on Linux, or in a container")
    if not MINISTACK.exists():
        raise StackError("the local stack is not installed: make setup")
    port = port or free_port()
    log = LOCAL / f"ministack-{port}.log"
    scratch = _scratch(port)
    with log.open("w") as out:
        process = subprocess.Popen(
            [MINISTACK],
            cwd=LOCAL,
            env=environment() | _settings(port) | {"TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for whoever started it, who then stops it in order
        )
    (scratch / _PID).write_text(str(process.pid))
    _PROCESSES.append(process)
    stack = LocalStack(port, process.pid, log)
    deadline = time.monotonic() + 60
    while not stack.healthy():
        if process.poll() is not None or time.monotonic() > deadline:
            stop(process.pid)
            raise StackError(f"MiniStack did not start; it said:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)
    return stack


def stop(pid: int) -> None:
    """Stop one MiniStack and the function processes it started, and nothing else."""
    for signum, patience in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        with suppress(ProcessLookupError):
            os.kill(pid, signum)
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not running(pid):
                _sweep()
                return
            time.sleep(0.05)


def _scratch(port: int) -> Path:
    """A folder for the code of a MiniStack's functions: it leaves hundreds of megabytes behind wherever it runs."""
    _sweep()
    scratch = LOCAL / f"{_SCRATCH}{port}"
    scratch.mkdir(parents=True, exist_ok=True)
    return scratch


def _sweep() -> None:
    """Removes what MiniStacks that run no more have left."""
    for said in LOCAL.glob(f"{_SCRATCH}*/{_PID}"):
        with suppress(FileNotFoundError, ValueError):  # another one sweeps too, or has just begun
            if not running(int(said.read_text())):
                shutil.rmtree(said.parent, ignore_errors=True)


def running(pid: int) -> bool:
    """Tell whether the process is there; one of ours that has ended is reaped."""
    for process in _PROCESSES:
        if process.pid == pid:
            return process.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def free_port() -> int:
    """Ask the system for a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@cache
def _client(endpoint: str, service: str, config: str) -> Any:
    """Making one takes a third of a second. `config` is JSON, so that it can be told apart."""
    return boto3.client(  # type: ignore[call-overload]
        service, endpoint_url=endpoint, region_name=REGION, config=Config(**json.loads(config)), **CREDENTIALS
    )


def _settings(port: int) -> dict[str, str]:
    return {
        "GATEWAY_PORT": str(port),
        "BIND_HOST": "127.0.0.1",  # it listens on every address otherwise
        "MINISTACK_HOST": "127.0.0.1",  # the host in queue URLs
        "AUTH": "true",  # IAM enforced
        "IOT_MTLS_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",  # functions are processes, also where there is Docker
    }


def _mail(kept: Mapping[str, Any]) -> Mail:
    return Mail(
        message_id=kept["MessageId"],
        sender=kept["Source"],
        to=tuple(kept["To"]),
        subject=kept["Subject"],
        text=kept["BodyText"] or "",
        html=kept["BodyHtml"] or "",
        sent_at=datetime.fromtimestamp(kept["Timestamp"], UTC),
    )


def _text(kept: Mapping[str, Any]) -> Text:
    return Text(message_id=kept["MessageId"], to=kept["PhoneNumber"], message=kept["Message"])
