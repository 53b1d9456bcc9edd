"""What AWS asks before it lets anybody send: a verified sender, and a way out of two sandboxes."""

from typing import Any, Final

from botocore.exceptions import ClientError

from infra.cli.checks import Check, Question, State
from infra.cli.session import Session
from infra.cli.stack import Stack
from tandem.adapters.aws import code_of


def sender(session: Session, stack: Stack) -> Check:
    """The address of every email, or its domain, has to be verified."""
    address = stack["FromAddress"]
    client = session.client("sesv2")
    domain = address.partition("@")[2]
    verified = [identity for identity in (address, domain) if _is_verified(client, identity)]
    if verified:
        return Check("sender", State.GOOD, f"{address}: the identity {verified[0]} is verified")
    fix = f"aws sesv2 create-email-identity --email-identity {domain}    (then its DNS records; or the address alone)"
    return Check("sender", State.LACKS, f"neither {address} nor {domain} is a verified SES identity", fix)


def _is_verified(client: Any, identity: str) -> bool:
    try:
        return bool(client.get_email_identity(EmailIdentity=identity).get("VerifiedForSendingStatus"))
    except ClientError as error:
        if code_of(error) != "NotFoundException":
            raise
        return False


def email_account(session: Session, stack: Stack) -> Check:
    """In the sandbox, mails reach verified addresses only, 200 a day."""
    account = session.client("sesv2").get_account()
    if not account.get("SendingEnabled", True):
        fix = "aws sesv2 get-account    (says why; then: aws sesv2 put-account-sending-attributes --sending-enabled)"
        return Check("email account", State.LACKS, "SES has paused sending for this account", fix)
    if account.get("ProductionAccessEnabled"):
        return Check("email account", State.GOOD, "has production access")
    fix = (
        "aws sesv2 put-account-details --production-access-enabled --mail-type MARKETING "
        "--website-url https://YOUR-SHOP --use-case-description 'Messages to customers who asked for them'"
    )
    state = State.LACKS if stack["SendMode"] == "live" else State.WARNS
    return Check("email account", state, "is in the SES sandbox: mails reach verified addresses only", fix)


def text_account(session: Session, _: Stack) -> Check:
    """Only for shops that text: so never more than a warning."""
    client = session.client("sns")
    if client.get_sms_sandbox_account_status()["IsInSandbox"]:
        fix = "https://console.aws.amazon.com/sns/v3/home#/mobile/text-messaging    (Exit SMS sandbox)"
        return Check("text account", State.WARNS, "is in the SMS sandbox: texts reach verified numbers only", fix)
    limit = client.get_sms_attributes(attributes=["MonthlySpendLimit"])["attributes"].get("MonthlySpendLimit", "1")
    if float(limit) <= 1:
        fix = "aws sns set-sms-attributes --attributes MonthlySpendLimit=100    (after AWS has raised the quota)"
        return Check("text account", State.WARNS, f"texts stop at {limit} USD a month", fix)
    return Check("text account", State.GOOD, f"texts stop at {limit} USD a month")


QUESTIONS: Final[tuple[tuple[str, Question], ...]] = (
    ("sender", sender),
    ("email account", email_account),
    ("text account", text_account),
)
