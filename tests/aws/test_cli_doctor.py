"""`tandem doctor` against moto: what is lacking, and the command that helps."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.ledger_table import LedgerTable
from tandem.attributes.stored import pack_header
from tests.aws.cli_world import refuse, session
from tests.aws.shop_world import Shop
from tests.builders import DAY, HEADER, MINUTE, NOON
from tests.unit.cli.typed import on, typed
from tests.unit.sending.builders import a_send, a_word


def test_doctor_names_what_is_lacking_with_the_command_that_helps(shop: Shop) -> None:
    refuse(shop, "{oops")
    answer = typed("doctor", session=session("shadow"))

    assert answer.code == 1
    for words in (
        "✓ stack",
        "✓ playbook       number 1 is live",
        "✓ stops          nothing is stopped",
        "✗ snapshot       none is loaded",
        "aws lambda invoke --function-name build",
        "! send mode      shadow",
        "sam deploy --stack-name tandem --parameter-overrides SendMode=live",
        "✗ dead letters   messages lie in events 1",
        "tandem dlq list",
        "! alarms         nobody gets them",
        "✓ sender         shop@example.com: the identity shop@example.com is verified",
    ):
        assert words in answer.out


def test_doctor_is_content_when_nothing_required_is_lacking(shop: Shop) -> None:
    header = json.dumps(pack_header(HEADER))
    boto3.client("dynamodb").put_item(TableName="profiles", Item={"pk": {"S": "snapshot"}, "data": {"S": header}})
    answer = typed("doctor", session=session(parameters={"AlarmEmail": "ops@example.com"}))

    assert answer.code == 0
    assert "✓ snapshot       1 profile as of 20 Nov 2026 00:00 UTC" in answer.out
    assert "Nothing required is lacking." in answer.out


def test_doctor_counts_messages_of_which_nobody_knows_yet_whether_they_left(shop: Shop) -> None:
    send = a_send(customer_id="ada")
    ConsentTable(boto3.client("dynamodb"), "consents").set_consent(a_word(send))
    LedgerTable(boto3.client("dynamodb"), "ledger", "consents").reserve(send, NOON)

    assert "✓ unsettled" in typed("doctor", session=session(now=NOON + 5 * MINUTE)).out
    answer = typed("doctor", session=session(now=NOON + 20 * MINUTE))

    assert (
        "! unsettled      1 message of which nobody knows yet whether they left; the oldest is 20 minutes old"
        in answer.out
    )
    assert "tandem why ada" in answer.out


def test_doctor_warns_of_an_old_snapshot(shop: Shop) -> None:
    header = json.dumps(pack_header(HEADER))
    boto3.client("dynamodb").put_item(TableName="profiles", Item={"pk": {"S": "snapshot"}, "data": {"S": header}})

    assert "! snapshot" in typed("doctor", session=session(now=NOON + 10 * DAY)).out


def test_doctor_goes_on_where_an_api_is_denied_or_missing(shop: Shop) -> None:
    class Denied:
        def __getattr__(self, name: str) -> Any:
            def call(**_: Any) -> None:
                raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, name)

            return call

    answer = typed("doctor", session=on(lambda _: Denied(), session().stack()))

    assert answer.code == 0
    assert answer.out.count("could not be checked (AccessDeniedException)") == 9


def test_doctor_says_how_to_get_a_stack_where_there_is_none() -> None:
    answer = typed("doctor")

    assert answer.code == 1
    assert "✗ stack" in answer.out
    assert "python -m infra.local up" in answer.out


def test_the_email_sandbox_is_required_to_be_left_only_when_live(shop: Shop) -> None:
    sandboxed = {"get_account": {"SendingEnabled": True, "ProductionAccessEnabled": False}}
    live, shadow = (typed("doctor", session=session(mode, account=sandboxed)).out for mode in ("live", "shadow"))

    assert "✗ email account  is in the SES sandbox" in live
    assert "! email account  is in the SES sandbox" in shadow
    assert "aws sesv2 put-account-details --production-access-enabled" in live


def test_text_messages_are_never_more_than_a_warning(shop: Shop) -> None:
    sandbox = typed("doctor", session=session(account={"get_sms_sandbox_account_status": {"IsInSandbox": True}})).out
    poor = typed("doctor", session=session(account={"get_sms_attributes": {"attributes": {}}})).out

    assert "! text account   is in the SMS sandbox" in sandbox
    assert "! text account   texts stop at 1 USD a month" in poor


@pytest.mark.parametrize("answer", [None, {"VerifiedForSendingStatus": False}], ids=["unknown", "pending"])
def test_a_sender_nobody_verified_is_lacking(shop: Shop, answer: dict[str, bool] | None) -> None:
    boto3.client("sesv2").delete_email_identity(EmailIdentity="example.com")
    told = typed("doctor", session=session(account={"get_email_identity": answer}))

    assert told.code == 1
    assert "✗ sender" in told.out
    assert "aws sesv2 create-email-identity --email-identity example.com" in told.out


@pytest.mark.parametrize("mode", ["shadow", "allowlist", "live"])
def test_only_live_is_well(shop: Shop, mode: str) -> None:
    assert ("✓ send mode" in typed("doctor", session=session(mode)).out) == (mode == "live")
