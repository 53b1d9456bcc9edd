"""What keeps events: visibility, dead letters, retention, encryption, recovery."""

from datetime import timedelta
from typing import Any

import pytest

from tandem.sending.flow import CLOCK_SKEW, UNDER_WAY
from tests.template.conftest import of_type

QUEUES = {
    "EventsQueue": "TriggerFunction",
    "SendsQueue": "SendFunction",
    "RecordsQueue": "RecordFunction",
    "ArchiveQueue": "ArchiveFunction",
    "FeedbackQueue": "FeedbackFunction",
}


def reference(value: Any) -> str:
    """The logical id that a Ref or GetAtt names."""
    if "Ref" in value:
        return str(value["Ref"])
    return str(value["Fn::GetAtt"][0])


@pytest.mark.parametrize(("queue", "function"), QUEUES.items())
def test_a_message_stays_invisible_six_timeouts_long(transformed: dict[str, Any], queue: str, function: str) -> None:
    visibility = of_type(transformed, "AWS::SQS::Queue")[queue]["VisibilityTimeout"]
    timeout = of_type(transformed, "AWS::Lambda::Function")[function]["Timeout"]

    assert visibility >= 6 * timeout


def test_a_send_that_was_cut_off_is_known_to_be_when_its_message_comes_back(transformed: dict[str, Any]) -> None:
    timeout = of_type(transformed, "AWS::Lambda::Function")["SendFunction"]["Timeout"]
    visibility = of_type(transformed, "AWS::SQS::Queue")["SendsQueue"]["VisibilityTimeout"]

    assert timedelta(seconds=timeout) + CLOCK_SKEW < UNDER_WAY < timedelta(seconds=visibility) - CLOCK_SKEW


def test_every_queue_that_is_read_has_dead_letters_that_live_longer(transformed: dict[str, Any]) -> None:
    queues = of_type(transformed, "AWS::SQS::Queue")
    read = {
        reference(source["EventSourceArn"])
        for source in of_type(transformed, "AWS::Lambda::EventSourceMapping").values()
    }

    assert read == set(QUEUES)
    for name in read:
        dead_letters = queues[reference(queues[name]["RedrivePolicy"]["deadLetterTargetArn"])]
        assert dead_letters["MessageRetentionPeriod"] == 14 * 24 * 3600


def test_a_batch_is_answered_message_by_message(transformed: dict[str, Any]) -> None:
    sources = of_type(transformed, "AWS::Lambda::EventSourceMapping")

    answers = [source["FunctionResponseTypes"] for source in sources.values()]

    assert answers == [["ReportBatchItemFailures"]] * len(QUEUES)


def test_a_large_batch_fits_into_a_call_and_its_window_into_the_visibility(
    template: dict[str, Any], transformed: dict[str, Any]
) -> None:
    [source] = [
        each
        for each in of_type(transformed, "AWS::Lambda::EventSourceMapping").values()
        if reference(each["EventSourceArn"]) == "ArchiveQueue"
    ]
    visibility = of_type(transformed, "AWS::SQS::Queue")["ArchiveQueue"]["VisibilityTimeout"]
    timeout = of_type(transformed, "AWS::Lambda::Function")["ArchiveFunction"]["Timeout"]
    longest = template["Parameters"]["ArchiveWindowSeconds"]["MaxValue"]

    assert source["BatchSize"] * 2500 < 6 * 1024 * 1024
    assert source["MaximumBatchingWindowInSeconds"]["Fn::If"][1] == {"Ref": "ArchiveWindowSeconds"}
    assert visibility >= 6 * timeout + longest


def test_the_age_of_the_oldest_message_leaves_out_none_that_waits_for_the_archive(transformed: dict[str, Any]) -> None:
    queue = of_type(transformed, "AWS::SQS::Queue")["ArchiveQueue"]

    # What SQS has handed out three times is no longer in the metric.
    assert queue["RedrivePolicy"]["maxReceiveCount"] < 3


def test_every_queue_of_the_door_hears_when_an_event_was_received_and_loses_none(transformed: dict[str, Any]) -> None:
    subscriptions = of_type(transformed, "AWS::SNS::Subscription")
    dead_letters = {
        (reference(each["TopicArn"]), reference(each["Endpoint"])): reference(
            each["RedrivePolicy"]["deadLetterTargetArn"]
        )
        for each in subscriptions.values()
    }

    assert [each["RawMessageDelivery"] for each in subscriptions.values()] == [False] * len(subscriptions)
    assert dead_letters == {
        ("EventsTopic", "EventsQueue"): "UndeliveredDeadLetters",
        ("EventsTopic", "ArchiveQueue"): "ArchiveDeadLetters",
        ("ProviderEvents", "FeedbackQueue"): "FeedbackDeadLetters",
    }


def test_only_our_own_configuration_set_publishes_what_became_of_mails(transformed: dict[str, Any]) -> None:
    [policy] = of_type(transformed, "AWS::SNS::TopicPolicy").values()
    [statement] = policy["PolicyDocument"]["Statement"]
    [told] = of_type(transformed, "AWS::SES::ConfigurationSetEventDestination").values()

    assert statement["Principal"] == {"Service": "ses.amazonaws.com"}
    assert set(statement["Condition"]["StringEquals"]) == {"aws:SourceAccount", "aws:SourceArn"}
    assert "${ConfigurationSet}" in statement["Condition"]["StringEquals"]["aws:SourceArn"]["Fn::Sub"]
    assert {"ProviderEvents"} == {
        reference(each)
        for each in (*policy["Topics"], statement["Resource"], told["EventDestination"]["SnsDestination"]["TopicARN"])
    }


def test_the_alarm_watches_every_dead_letter_queue(transformed: dict[str, Any]) -> None:
    queues = {name for name in of_type(transformed, "AWS::SQS::Queue") if name.endswith("DeadLetters")}
    alarm = of_type(transformed, "AWS::CloudWatch::Alarm")["DeadLettersAlarm"]

    watched = {
        reference(metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"])
        for metric in alarm["Metrics"]
        if "MetricStat" in metric
    }

    assert watched == queues


def test_every_function_logs_to_a_group_that_forgets(transformed: dict[str, Any]) -> None:
    groups = of_type(transformed, "AWS::Logs::LogGroup")

    for function in of_type(transformed, "AWS::Lambda::Function").values():
        assert "RetentionInDays" in groups[reference(function["LoggingConfig"]["LogGroup"])]


def test_tables_cost_nothing_idle_and_can_be_recovered(transformed: dict[str, Any]) -> None:
    for table in of_type(transformed, "AWS::DynamoDB::Table").values():
        assert table["BillingMode"] == "PAY_PER_REQUEST"
        assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
        assert table["SSESpecification"] == {"SSEEnabled": True}


def test_what_nothing_can_rebuild_outlives_the_stack(template: dict[str, Any]) -> None:
    kept = {name for name, found in template["Resources"].items() if found.get("DeletionPolicy") == "Retain"}

    tables = {"CustomersTable", "ConsentsTable", "TombstonesTable", "LedgerTable", "DecisionsTable"}
    assert kept == {*tables, "Bucket", "Secret"}


def test_every_parameter_is_described_and_guarded(template: dict[str, Any]) -> None:
    for name, parameter in template["Parameters"].items():
        assert parameter["Description"], name
        assert {"AllowedValues", "AllowedPattern", "MinValue"} & parameter.keys(), name


def test_every_output_is_described(template: dict[str, Any]) -> None:
    outputs = template["Outputs"]

    assert [name for name, output in outputs.items() if not output.get("Description")] == []
    assert "one door" in outputs["EventsTopicArn"]["Description"]


def test_timers_that_cannot_be_delivered_have_dead_letters_of_their_own(transformed: dict[str, Any]) -> None:
    variables = of_type(transformed, "AWS::Lambda::Function")["TriggerFunction"]["Environment"]["Variables"]
    [statement] = of_type(transformed, "AWS::IAM::Role")["ScheduleRole"]["Policies"][0]["PolicyDocument"]["Statement"]

    assert reference(variables["SCHEDULE_DLQ_ARN"]) == "TimersDeadLetters"
    assert [reference(each) for each in statement["Resource"]] == ["EventsQueue", "TimersDeadLetters"]
