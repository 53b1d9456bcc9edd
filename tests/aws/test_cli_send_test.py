"""`tandem send-test`: the real message, to the allowlist alone, and of nobody's decision."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from tandem.hearing import Done, hear, parse
from tests.aws.cli_world import session
from tests.aws.send_world import texts
from tests.aws.shop_world import Shop, decisions, mails
from tests.unit.cli.typed import Typed, typed
from tests.unit.hearing.told import enveloped, sample
from tests.unit.hearing.world import World as Ear
from tests.unit.sending.builders import NOW
from tests.unit.unsubscribing.requests import BASE, ONE_CLICK, World

ALLOWED = {"Allowlist": "Tester@Example.com,+12025550123"}


def send_test(*words: str, parameters: Mapping[str, str] = ALLOWED, mode: str = "live", **more: Any) -> Typed:
    return typed("send-test", *words, session=session(mode, parameters=parameters, **more))


@pytest.fixture(autouse=True)
def configuration(shop: Shop) -> None:
    boto3.client("sesv2").create_configuration_set(ConfigurationSetName="tandem")


def ledger() -> int:
    return boto3.client("dynamodb").scan(TableName="ledger")["Count"]


def test_an_address_of_the_allowlist_gets_the_real_mail_marked_as_a_test(shop: Shop) -> None:
    answer = send_test("cart-reminder", "--to", "tester@example.com", "--customer", "fullest")
    [mail] = mails()

    assert answer.code == 0
    assert mail["To"] == "tester@example.com"
    assert mail["From"].addresses[0].addr_spec == "shop@example.com"
    assert mail["X-Tandem-Test"] == "1"
    assert mail["X-Tandem-Decision"] is None
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "Harbor Lights" in mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert "Sent a test of cart-reminder to tester@example.com" in answer.out
    assert "message id" in answer.out
    assert "tandem preview cart-reminder --customer fullest" in answer.out


def test_its_subject_is_the_one_that_customers_get(shop: Shop, tmp_path: Path) -> None:
    preview = typed("preview", "welcome-1", "--no-open", "--out", str(tmp_path), session=session())
    send_test("welcome-1", "--to", "tester@example.com")
    [mail] = mails()

    assert str(mail["Subject"]) in preview.out


def test_ses_hears_by_a_tag_that_it_is_a_test_and_of_no_decision(shop: Shop) -> None:
    told: dict[str, Any] = {}

    class Client:
        def send_email(self, **call: Any) -> dict[str, str]:
            told.update(call)
            return {"MessageId": "m-1"}

    there = session(parameters=ALLOWED)
    made = replace(there, client=lambda name: Client() if name == "sesv2" else there.client(name))

    assert typed("send-test", "welcome-1", "--to", "tester@example.com", session=made).code == 0
    assert told["EmailTags"] == [{"Name": "test", "Value": "1"}, {"Name": "campaign", "Value": "welcome-1"}]
    assert told["ConfigurationSetName"] == "tandem"
    assert told["FromEmailAddress"] == "shop@example.com"


@pytest.mark.parametrize("mode", ["shadow", "allowlist", "live"])
def test_the_mode_of_the_stack_does_not_matter_and_nothing_is_counted(mode: str, shop: Shop) -> None:
    assert send_test("welcome-1", "--to", "tester@example.com", mode=mode).code == 0
    assert len(mails()) == 1
    assert ledger() == 0
    assert decisions("sparsest") == []


@pytest.mark.parametrize("address", ["ada@example.com", "+12025550199"])
@pytest.mark.parametrize("mode", ["shadow", "allowlist", "live"])
def test_any_other_address_is_refused_and_what_to_do_is_said(address: str, mode: str, shop: Shop) -> None:
    answer = send_test("welcome-1", "--to", address, mode=mode)

    assert answer.code == 2
    assert f"{address} is not on the allowlist of the stack tandem: nothing was sent" in answer.err
    together = f"Allowlist=+12025550123,Tester@Example.com,{address}"
    assert f"sam deploy --stack-name tandem --parameter-overrides {together}" in answer.err
    assert mails() == []
    assert texts() == []


def test_an_empty_allowlist_allows_nobody(shop: Shop) -> None:
    answer = send_test("welcome-1", "--to", "ada@example.com", parameters={"Allowlist": ""})

    assert answer.code == 2
    assert "the allowlist is empty" in answer.err


def test_what_is_no_address_is_said_to_be_none(shop: Shop) -> None:
    answer = send_test("welcome-1", "--to", "tester")

    assert answer.code == 2
    assert "tester is neither an email address nor a phone number" in answer.err


def test_a_number_of_the_allowlist_gets_the_text(shop: Shop) -> None:
    answer = send_test("birthday", "--to", "+12025550123", "--customer", "fullest", "--locale", "es")
    [(number, words)] = texts()

    assert answer.code == 0
    assert number == "+12025550123"
    assert "https://shop.example.com" in words
    assert words in " ".join(answer.out.split())


def test_what_the_stack_would_not_spend_is_not_spent_on_a_test(shop: Shop) -> None:
    bounds = {**ALLOWED, "SmsCountries": "+34", "SmsMostSegments": "1"}

    answer = send_test("birthday", "--to", "+12025550123", parameters=bounds)

    assert answer.code == 2
    assert "SmsCountries does not name the number's country" in answer.err
    assert texts() == []


def test_a_campaign_without_text_messages_has_none_to_test(shop: Shop) -> None:
    answer = send_test("review-request", "--to", "+12025550123")

    assert answer.code == 2
    assert "the campaign review-request does not leave by sms" in answer.err
    assert "it leaves by email" in answer.err


def test_a_provider_that_refuses_is_told_of_and_the_exit_code_says_so(shop: Shop) -> None:
    boto3.client("sesv2").delete_email_identity(EmailIdentity="example.com")

    answer = send_test("welcome-1", "--to", "tester@example.com")

    assert answer.code == 1
    assert "the provider refused it" in answer.err
    assert "tandem doctor" in answer.err


@pytest.mark.parametrize("fields", [None, ONE_CLICK, {"do": "everything"}])
def test_its_link_to_unsubscribe_opens_nothing_and_unsubscribes_nobody(
    fields: dict[str, str] | None, shop: Shop
) -> None:
    send_test("welcome-1", "--to", "tester@example.com")
    [mail] = mails()
    link = str(mail["List-Unsubscribe"]).strip("<>")
    world = World()

    answer = world.ask(link.replace("https://u.example.com/", BASE), fields)

    assert link.startswith("https://u.example.com/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (answer.status, answer.details) == (400, {"why": "forged"})
    assert (world.consents.items, world.news.told) == ({}, [])


@pytest.mark.parametrize("name", ["send", "delivery", "open", "click", "bounce-transient", "reject"])
def test_what_ses_tells_of_a_test_is_told_to_nobody(name: str) -> None:
    event = sample(name, mail={"destination": ["tester@example.com"]})
    event["mail"]["tags"] = {"test": ["1"], "campaign": ["welcome-1"], "ses:configuration-set": ["tandem"]}
    world = Ear()

    heard = parse(enveloped(event), NOW)

    assert heard is not None
    assert hear(heard, world.ports) == Done(known=False)
    assert world.news.told == []


def test_a_test_that_bounces_for_good_suppresses_the_dead_address_all_the_same() -> None:
    event = sample("bounce-permanent", mail={"destination": ["tester@example.com"]})
    event["mail"]["tags"] = {"test": ["1"]}
    world = Ear()

    heard = parse(enveloped(event), NOW)

    assert heard is not None
    assert hear(heard, world.ports).suppressed == len({*heard.recipients})
