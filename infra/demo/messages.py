"""Messages as they left. The local provider keeps a mail's subject and bodies, so its `.eml` is made again of those,
by the code that made the original, and read back."""

from collections.abc import Iterator, Mapping
from email import message_from_bytes, policy
from typing import Final

from infra.demo.findings import Findings
from infra.explain import LedgerRow
from infra.local import Mail as ProvidersMail
from infra.local import StackError
from infra.pages.model import ShownMail, ShownText
from tandem.content import Mail, to_bytes
from tandem.content.sms import segments
from tandem.decisions import Decision

_PARTS: Final = ("html", "plain")


def shown_mails(findings: Findings, shop: str) -> Iterator[ShownMail]:
    """Every mail that left, in the order of the ledger; `shop` is the sender's name."""
    mails = {mail.message_id: mail for mail in findings.mails}
    for decision, row in _sent(findings):
        mail = mails.get(row.provider_id)
        if row.channel == "email" and mail:
            yield ShownMail(
                decision_id=decision.id,
                campaign=row.campaign,
                template=row.template,
                tier=decision.attributes["customer.basket_tier"],
                locale=decision.attributes["customer.locale"],
                subject=mail.subject,
                to=mail.to[0],
                html=mail.html,
                text=mail.text,
                eml=_eml(mail, decision, findings, shop),
                sent_at=row.at,
            )


def shown_texts(findings: Findings) -> Iterator[ShownText]:
    """Every text message that left."""
    texts = {text.message_id: text for text in findings.texts}
    for decision, row in _sent(findings):
        text = texts.get(row.provider_id)
        if row.channel == "sms" and text:
            yield ShownText(decision.id, row.campaign, text.to, text.message, segments(text.message), row.at)


def reads_back(eml: bytes, mail: ProvidersMail) -> bool:
    """Whether a message has the subject and the bodies that the provider was given. Line ends may differ."""
    message = message_from_bytes(eml, policy=policy.default)
    bodies = [message.get_body((part,)) for part in _PARTS]
    read = [_lines(body.get_content()) if body else [] for body in bodies]
    return bool(message["Subject"] == mail.subject) and read == [_lines(mail.html), _lines(mail.text)]


def _sent(findings: Findings) -> Iterator[tuple[Decision, LedgerRow]]:
    decisions: Mapping[str, Decision] = {decision.id: decision for decision in findings.decisions}
    for row in sorted(findings.ledger.values(), key=lambda row: row.at):
        if row.id in decisions:
            yield decisions[row.id], row


def _eml(mail: ProvidersMail, decision: Decision, findings: Findings, shop: str) -> bytes:
    made = to_bytes(
        Mail(mail.subject, mail.html, mail.text),
        sender=(shop, mail.sender),
        recipient=mail.to[0],
        decision=decision.id,
        date=findings.reserved_at[decision.id],
    )
    if not reads_back(made, mail):
        raise StackError(f"the mail of decision {decision.id} does not read back as it was sent")
    return made


def _lines(text: str) -> list[str]:
    return text.rstrip().splitlines()
