"""`tandem send-test CAMPAIGN --to ADDRESS`: the real message, to an address of the stack's allowlist."""

import argparse
import re
from dataclasses import dataclass, replace
from secrets import token_bytes, token_hex
from typing import Any, Final, assert_never

from infra.cli.checks import deploy
from infra.cli.mistake import Mistake
from infra.cli.previewing import add_choices, looked, stack_of, wanted
from infra.cli.session import Session
from infra.cli.stack import Stack
from infra.preview.look import Look
from tandem.adapters.ses import SesMail
from tandem.adapters.sns_sms import SnsSms
from tandem.content.mime import DECISION_HEADER
from tandem.customer import Channel, Send
from tandem.sending import (
    Accepted,
    Envelope,
    Halted,
    NoAnswer,
    NotTaken,
    Provider,
    Refused,
    Rejected,
    Rules,
    SendMode,
)
from tandem.sending.address import deliverable
from tandem.sending.compose import compose
from tandem.sending.outcome import Reason
from tandem.sending.rules import MOST_SEGMENTS
from tandem.unsubscribing import Links

NOT_SENT: Final = 1
TEST_HEADER: Final = b"X-Tandem-Test: 1"
_OF_A_DECISION: Final = re.compile(rb"^" + DECISION_HEADER.encode() + rb":[^\r\n]*(?=\r\n)", re.MULTILINE)


def add(commands: Any) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "send-test",
        help="send a campaign's message to an address of the allowlist",
        description="Put a campaign's message together as `send` does, and send it by SES (to an email address) or SNS "
        "(to a phone number of the form +12025550123). Only addresses in the stack's parameter Allowlist get any, in "
        "every send mode. No decision is made, no cap counts it, and its link to unsubscribe opens nothing.",
    )
    add_choices(parser)
    parser.add_argument("--to", metavar="ADDRESS", required=True, help="an email address or a phone number")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, session: Session) -> int:
    """0 where the provider took it, 1 where it did not."""
    what = wanted(arguments, "send-test")
    test = Attempt(arguments.to.strip(), stack_of(what, session))
    test.check_listed()
    found = looked(what, session)
    send = test.addressed(found)
    ready = test.envelope(send, found)
    answer = test.provider(session).send(ready)
    match answer:
        case Accepted(provider_id):
            _tell(ready, provider_id, found, what.again(), session)
            return 0
        case Rejected(_, detail) | Halted(detail):
            problem, hints = f"the provider refused it: {detail}", ("tandem doctor    (identities, sandboxes, quotas)",)
        case NotTaken(detail):
            problem, hints = f"the provider took it not: {detail}", ("try again in a minute",)
        case NoAnswer(detail):
            problem, hints = f"no answer came, so it may have left: {detail}", ("look into the inbox first",)
        case _:
            assert_never(answer)
    session.screen.problem(problem, hints)
    return NOT_SENT


@dataclass(frozen=True, slots=True)
class Attempt:
    """A test to one address by a stack's ways out."""

    to: str
    stack: Stack

    @property
    def channel(self) -> Channel:
        """By email where it looks like that, else as a text."""
        return Channel.EMAIL if "@" in self.to else Channel.SMS

    @property
    def rules(self) -> Rules:
        """As `send` has them where SendMode is allowlist, whatever it is now."""
        parameters = self.stack.parameters
        return Rules(
            SendMode.ALLOWLIST,
            self.stack["FromAddress"],
            _listed(parameters.get("Allowlist", "")),
            _listed(parameters.get("SmsCountries", "")),
            int(parameters.get("SmsMostSegments") or MOST_SEGMENTS),
            # Signed with a key that is thrown away: the page answers that the link does not work, and stores nothing.
            Links(self.stack["UnsubscribeUrl"], token_bytes(32)),
        )

    def check_listed(self) -> None:
        """Raises Mistake for an address that is none, or that is not on the allowlist."""
        if deliverable(self.channel, self.to) is None:
            raise Mistake(
                f"{self.to} is neither an email address nor a phone number",
                "write you@example.com, or a number as +12025550123",
            )
        allowed = sorted(self.rules.allowed)
        if not self.rules.is_listed(self.channel, self.to):
            together = ",".join([*allowed, self.to])
            raise Mistake(
                f"{self.to} is not on the allowlist of the stack {self.stack.name}: nothing was sent",
                f"there are: {', '.join(allowed)}" if allowed else "the allowlist is empty",
                deploy(self.stack, Allowlist=together),
            )

    def addressed(self, found: Look) -> Send:
        """The message, by this test's channel and to its address, and of no decision. Raises Mistake."""
        channels = found.subject.campaign.channels
        if self.channel not in channels:
            raise Mistake(
                f"the campaign {found.send.campaign} does not leave by {self.channel}",
                f"it leaves by {', '.join(channels)}",
            )
        return replace(found.send, id=f"test-{token_hex(8)}", channel=self.channel, address=self.to)

    def envelope(self, send: Send, found: Look) -> Envelope:
        """What the provider is handed: the mail as `send` makes it, but marked as a test. Raises Mistake."""
        rules = self.rules
        ready = rules.hold_back(send, found.at) or rules.afford(
            compose(
                send,
                found.subject.content,
                rules.from_address,
                found.at,
                unsubscribe_url=rules.links.of(send),
            )
        )
        if isinstance(ready, Refused):
            raise Mistake(f"it would be refused: {ready.detail or _WHY.get(ready.reason, ready.reason)}")
        body = ready.body
        return replace(ready, body=marked(body)) if isinstance(body, bytes) else ready

    def provider(self, session: Session) -> Provider:
        """The same as of `send`, but that its client tries again: a second copy of a test does no harm."""
        if self.channel is Channel.EMAIL:
            client, configuration = session.client("sesv2"), self.stack["ConfigurationSetName"]
            return SesMail(client, self.stack["FromAddress"], configuration, is_test=True)
        parameters = self.stack.parameters
        return SnsSms(session.client("sns"), parameters.get("SmsSenderId", ""), parameters.get("SmsMaxPrice", ""))


_WHY: Final = {Reason.COUNTRY_NOT_ALLOWED: "the parameter SmsCountries does not name the number's country"}


def marked(body: bytes) -> bytes:
    """The same mail as a test: in place of the decision's id, which there is none of."""
    head, blank, rest = body.partition(b"\r\n\r\n")
    return _OF_A_DECISION.sub(TEST_HEADER, head, count=1) + blank + rest


def _listed(text: str) -> frozenset[str]:
    return frozenset(each.strip() for each in text.split(",") if each.strip())


def _tell(ready: Envelope, provider_id: str, found: Look, again: str, session: Session) -> None:
    screen = session.screen
    screen.line(f"Sent a test of {ready.campaign} to {ready.address}", style="bold green")
    rows = [("message id", provider_id), ("by", ready.channel.value)]
    if found.mail and ready.channel is Channel.EMAIL:
        rows += [("subject", found.mail.header("Subject")), ("template", f"{found.send.template}, {found.send.locale}")]
    if isinstance(ready.body, str):
        rows += [("text", ready.body), ("segments", str(ready.segments))]
    screen.pairs(rows)
    if ready.channel is Channel.EMAIL:
        screen.line(
            "It has the header X-Tandem-Test: 1. Its link to unsubscribe opens nothing, by design.", style="dim"
        )
    preview = again.replace("tandem send-test", "tandem preview", 1)
    screen.next(f"{preview}    (every detail of it)", "tandem doctor    (if it does not arrive)")
