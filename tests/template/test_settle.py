"""What settles fits the queues and the table it works on."""

from datetime import timedelta
from typing import Any

from tandem.adapters.ledger_table import UNSETTLED
from tandem.dead_letters import PAUSES
from tests.aws.ledger_index import ledger_index
from tests.template.conftest import of_type
from tests.template.test_resources import reference

QUEUES = ("EVENTS", "TIMERS", "UNDELIVERED", "SENDS", "RECORDS", "FEEDBACK", "ARCHIVE")


def test_the_index_of_what_is_open_is_the_one_that_is_read(transformed: dict[str, Any]) -> None:
    table = of_type(transformed, "AWS::DynamoDB::Table")["LedgerTable"]
    made = ledger_index()

    assert table["GlobalSecondaryIndexes"] == made["GlobalSecondaryIndexes"]
    assert table["AttributeDefinitions"] == made["AttributeDefinitions"]
    assert table["GlobalSecondaryIndexes"][0]["IndexName"] == UNSETTLED


def test_every_dead_letter_but_a_notice_of_the_batch_side_goes_back_by_itself(transformed: dict[str, Any]) -> None:
    variables = of_type(transformed, "AWS::Lambda::Function")["SettleFunction"]["Environment"]["Variables"]
    queues = {name for name in of_type(transformed, "AWS::SQS::Queue") if name.endswith("DeadLetters")}

    assert {reference(variables[f"{name}_DLQ_URL"]) for name in QUEUES} == queues - {"SnapshotsDeadLetters"}


def test_a_dead_letter_is_sent_back_as_often_as_may_be_before_it_is_forgotten(transformed: dict[str, Any]) -> None:
    queues = of_type(transformed, "AWS::SQS::Queue")
    kept = min(queue["MessageRetentionPeriod"] for queue in queues.values() if "MessageRetentionPeriod" in queue)

    a_workday = timedelta(hours=8)  # for so long a message may be tried before it is a dead letter

    assert sum(PAUSES, timedelta()) + len(PAUSES) * a_workday < timedelta(seconds=kept)


def test_a_run_of_settle_ends_before_the_next_begins(transformed: dict[str, Any]) -> None:
    function = of_type(transformed, "AWS::Lambda::Function")["SettleFunction"]
    rates = [rule.get("ScheduleExpression") for rule in of_type(transformed, "AWS::Events::Rule").values()]

    assert "rate(5 minutes)" in rates
    assert function["Timeout"] < 300


def test_somebody_hears_of_what_is_given_up_of_what_is_not_settled_and_when_settle_stands_still(
    transformed: dict[str, Any],
) -> None:
    alarms = of_type(transformed, "AWS::CloudWatch::Alarm")
    given_up = [each["MetricStat"]["Metric"] for each in alarms["GivenUpAlarm"]["Metrics"] if "MetricStat" in each]
    unsettled = alarms["UnsettledAlarm"]

    assert [(each["MetricName"], each["Dimensions"]) for each in given_up] == [
        ("given_up", [{"Name": "service", "Value": service}]) for service in ("settle", "send")
    ]
    assert (unsettled["MetricName"], unsettled["Dimensions"]) == ("overdue", [{"Name": "service", "Value": "settle"}])
    assert alarms["SettleAlarm"]["TreatMissingData"] == "breaching"
