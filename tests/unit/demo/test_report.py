"""The numbers and the pages of a day, made in memory."""

import json
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from rich.console import Console

from infra.demo.__main__ import tell
from infra.demo.messages import reads_back, shown_mails
from infra.demo.reckoning import Reckoning
from infra.demo.report import report
from infra.demo.run import Lived, Settings
from infra.demo.stages import Stages
from infra.demo.summary import document, percentile, summarise
from tests.unit.demo.memory import with_findings


def test_the_numbers_add_up(lived: Lived) -> None:
    summary = summarise(lived)

    decided = {campaign: sum(tiers.values()) for campaign, tiers in summary.decisions_by_campaign_and_tier.items()}
    assert sum(decided.values()) == summary.decisions
    assert decided.pop("nothing") == sum(summary.held_back.values())
    assert sum(decided.values()) == sum(summary.sent_by_channel.values())
    assert sum(point.count for point in summary.over_time) == summary.decisions
    assert sum(summary.tiers.values()) == len(lived.day.people)
    assert summary.failures == 0


def test_copies_of_one_event_are_one_event(lived: Lived) -> None:
    assert summarise(lived).events == len(lived.published) - 9


def test_the_time_from_event_to_send_is_that_of_orders(lived: Lived) -> None:
    summary = summarise(lived)

    assert summary.p50_seconds == summary.p95_seconds == pytest.approx(0.2)


@pytest.mark.parametrize(("percent", "value"), [(50, 5.0), (95, 10.0), (100, 10.0), (1, 1.0)])
def test_a_percentile_is_a_value_that_was_seen(percent: int, value: float) -> None:
    assert percentile([float(each) for each in range(1, 11)], percent) == value


def test_without_a_send_there_is_no_percentile() -> None:
    assert percentile([], 50) is None


def test_the_summary_file_is_json_with_the_real_counts(lived: Lived, reckoned: Reckoning) -> None:
    numbers = json.loads(json.dumps(document(lived, summarise(lived), reckoned, ["a problem"], {"a stage": 1.234})))

    assert (numbers["orders"], numbers["customers"], numbers["first_orders"]) == (468, 453, 294)
    assert numbers["problems"] == ["a problem"]
    assert numbers["seconds"] == {"a stage": 1.2}


def test_an_eml_reads_back_as_the_mail_that_left(small: Lived) -> None:
    as_sent = {mail.message_id: mail for mail in small.findings.mails}

    for mail in list(shown_mails(small.findings, "Needle & Groove")):
        message = message_from_bytes(mail.eml, policy=policy.default)

        assert message["Subject"] == mail.subject
        assert message["To"] == mail.to
        assert message["X-Tandem-Decision"] == mail.decision_id
        assert reads_back(mail.eml, as_sent[small.findings.ledger[mail.decision_id].provider_id])


def test_bytes_that_say_something_else_do_not_read_back(small: Lived) -> None:
    mail, *_ = small.findings.mails

    assert not reads_back(b"Subject: other\r\n\r\nother\r\n", mail)


def test_every_customer_has_a_page_and_every_message_is_on_one(small: Lived) -> None:
    shown = report(small, summarise(small))

    assert [each.customer_id for each in shown.customers] == sorted(small.day.people)
    assert sum(len(each.mails) for each in shown.customers) == len(small.findings.mails)
    assert sum(len(each.texts) for each in shown.customers) == len(small.findings.texts)


def test_the_stories_are_told_in_their_order_with_their_mails(small: Lived) -> None:
    told = {story.slug: story for story in report(small, summarise(small)).stories}

    assert list(told) == [
        *("same-cart", "tier-raised", "order-before-cart", "ten-times", "snapshot-meanwhile"),
        *("refunds", "other-currency", "looking-around"),
        *("two-carts", "sorry-first", "held-back", "stop-switch"),
    ]
    assert [mail.tier for mail in told["same-cart"].mails] == ["low", "medium", "high"]
    assert told["tier-raised"].figures[0] == ("low → high", "tier")
    assert told["tier-raised"].mails[0].template == "post-purchase-high"
    assert len(told["ten-times"].mails) == 1
    assert [entry.outcome for entry in told["held-back"].entries] == ["chosen"] * 3 + ["cap"] * 2
    assert "Each silence names its rule: weekly." in told["held-back"].points
    assert "25 Mar" in told["held-back"].points[1]  # seven days after the first message
    assert [mail.template for mail in told["two-carts"].mails] == ["cart-medium"]
    assert [entry.outcome for entry in told["two-carts"].entries] == ["chosen", "cart_closed", "chosen"]
    assert [mail.template for mail in told["sorry-first"].mails] == ["refund-apology"]
    held = "Not sent: second-order. Held back by journey refund-apology as long as the customer is in it."
    assert held in told["sorry-first"].entries[-1].details
    assert told["stop-switch"].entries[-1].outcome == "stopped"
    assert [(each.profile, each.live, each.value) for _, each in told["snapshot-meanwhile"].parts[:2]] == [
        ("1", "1", "2"),
        ("2", "0", "2"),
    ]
    assert [each.taken > 0 for _, each in told["refunds"].parts] == [True, False, False]
    assert told["other-currency"].parts[1][1].left_out == ("1 event left out: it was in another currency.",)


def test_every_customers_page_has_every_attribute_of_the_playbook(small: Lived) -> None:
    ruleset = small.house.draft.playbook.ruleset

    for each in report(small, summarise(small)).customers:
        assert each.attributes
        assert {one.name for one in each.attributes.counted} == {rule.attribute for rule in ruleset.rules}
        assert {one.name for one in each.attributes.derived} == {rule.attribute for rule in ruleset.derived}


def test_pages_and_numbers_are_written_and_problems_returned(small: Lived, tmp_path: Path) -> None:
    stages = Stages(Console(quiet=True))
    bad = with_findings(small, dead_letters={"events": 2})

    found = tell(bad, Settings(tmp_path), stages, whole_day=False)

    assert found == ["dead letters: events: 2"]
    assert json.loads((tmp_path / "summary.json").read_text())["failures"] == 2
    assert "The same cart" in (tmp_path / "index.html").read_text()
    assert len(list((tmp_path / "customers").glob("*.html"))) == len(small.day.people)


def test_each_template_that_left_is_shown_by_day_and_by_night_with_its_pictures(small: Lived) -> None:
    shown = report(small, summarise(small))
    left = {mail.template for each in shown.customers for mail in each.mails}

    assert [look.template for look in shown.looks] == sorted(left)
    assert all("data:image/png;base64," in html for look in shown.looks for html in (look.day, look.night))
    assert not any("prefers-color-scheme" in html for look in shown.looks for html in (look.day, look.night))
    assert all(look.day != look.night for look in shown.looks)
