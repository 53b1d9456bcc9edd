"""`tandem report` against moto: the tables are read whole, and only what was decided in the time counts."""

import json

import boto3

from tandem.adapters.consent_table import ConsentTable
from tandem.adapters.decision_table import DecisionTable
from tandem.adapters.ledger_table import LedgerTable
from tandem.customer import Channel, Send
from tandem.decisions import Candidate, Cause, Decision, Outcome, Reached
from tandem.sending import Sent
from tests.aws.cli_world import session
from tests.aws.shop_world import Shop
from tests.builders import DAY, HOUR, NOON
from tests.unit.cli.typed import Typed, typed
from tests.unit.sending.builders import a_send, a_word

MOST = 12  # customers; of every third it is held back


def decision(number: int, days: int = 3) -> Decision:
    outcome = Outcome.CHOSEN if number % 3 else Outcome.HOLDOUT
    candidates = (Candidate("thanks", outcome), Candidate("news", Outcome.CAP, {"messages": 3}))
    at, name = NOON - days * DAY, f"{number:016x}"
    cause = Cause("order_completed", name, at)
    return Decision(name, f"c{number}", at, cause, (), 1, None, {}, candidates, "thanks" if number % 3 else None)


def goal(made: Decision) -> Reached:
    at = made.at + HOUR
    return Reached(f"g{made.id}", made.customer_id, made.id, "thanks", made.at, "order_completed", "e", at)


def leave(made: Decision, **marks: str) -> None:
    """The message leaves, and the provider tells of it."""
    dynamodb = boto3.client("dynamodb")
    ledger = LedgerTable(dynamodb, "ledger", "consents")
    send: Send = a_send(id=made.id, customer_id=made.customer_id, campaign="thanks", channel=Channel.EMAIL)
    ConsentTable(dynamodb, "consents").set_consent(a_word(send))
    assert ledger.reserve(send, made.at) is None
    ledger.finish(send, Sent("p1"), made.at)
    for name, value in marks.items():
        dynamodb.update_item(
            TableName="ledger",
            Key={"pk": {"S": made.id}},
            UpdateExpression=f"SET {name} = :value",
            ExpressionAttributeValues={":value": {"S": value}},
        )


def report(*words: str) -> Typed:
    return typed("report", *words, session=session())


def lived(shop: Shop) -> None:
    """Twelve customers: four are held out; of the others all but one got their mail, and opened it."""
    made = [decision(number) for number in range(MOST)]
    old = decision(99, days=40)
    DecisionTable(boto3.client("dynamodb"), "decisions").put([*made, old, goal(made[1]), goal(made[3]), goal(made[4])])
    for each in [*made, old]:
        if each.campaign and each is not made[11]:
            leave(each, delivered_at="2026-11-18T12:00:00.000000Z", opened_at="2026-11-18T13:00:00.000000Z")


def test_it_counts_what_was_decided_in_the_time_and_what_came_of_it(shop: Shop) -> None:
    lived(shop)

    told = json.loads(report("--json").out)

    thanks, news = told["campaigns"]
    assert thanks["campaign"] == "thanks"
    counts = ("decided", "sent", "open", "delivered", "opened", "clicked", "reached")
    assert [thanks[name] for name in counts] == [8, 7, 1, 7, 7, 0, 2]
    assert thanks["held_out"] == {"decisions": 4, "reached": 1}
    assert thanks["compared"]["meant"]["rate"]["value"] == thanks["compared"]["held_out"]["rate"]["value"] == 0.25
    assert news["held_back"] == {"cap": MOST}


def test_a_longer_time_has_more_and_one_campaign_stands_alone(shop: Shop) -> None:
    lived(shop)

    told = json.loads(report("--json", "--since", "60d", "--campaign", "thanks").out)

    assert [(each["campaign"], each["decided"], each["held_back"]) for each in told["campaigns"]] == [
        ("thanks", 8, {"holdout": 5})  # the 99th is held out
    ]


def test_in_the_terminal_it_is_tables_with_a_plain_verdict(shop: Shop) -> None:
    lived(shop)

    told = report().out

    assert "1 of 4 (25.0 %)" in told
    assert "2 of 8 (25.0 %)" in told
    assert "Whether it makes a difference cannot be told yet." in told


def test_what_is_no_time_or_no_campaign_is_said_in_a_sentence(shop: Shop) -> None:
    lived(shop)

    assert report("--since", "soon").err.startswith("--since soon is no length of time")
    assert "nothing was decided about a campaign cart in that time" in report("--campaign", "cart").err


def test_of_nothing_it_says_so(shop: Shop) -> None:
    assert "Nothing was decided in this time." in report().out
