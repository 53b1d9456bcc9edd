"""How `send` is woken, and who hears of a breaker."""

from typing import Any

from tandem.customer import Channel
from tandem.sending.coming_back import MOST_TIMES
from tandem.sending.pacing import LONGEST_LEASE, LONGEST_WAIT
from tests.template.conftest import of_type

PROVIDER_MAY_TAKE = 12  # seconds, to fail


def test_a_message_may_wait_for_a_place_as_often_as_it_is_told(transformed: dict[str, Any]) -> None:
    queue = of_type(transformed, "AWS::SQS::Queue")["SendsQueue"]

    assert queue["RedrivePolicy"]["maxReceiveCount"] == MOST_TIMES


def test_a_call_of_send_ends_in_time_also_where_each_message_waits(transformed: dict[str, Any]) -> None:
    function = of_type(transformed, "AWS::Lambda::Function")["SendFunction"]
    source = of_type(transformed, "AWS::Lambda::EventSourceMapping")["SendFunctionSends"]
    waiting = (LONGEST_WAIT + LONGEST_LEASE).total_seconds()

    assert source["BatchSize"] * PROVIDER_MAY_TAKE + waiting < function["Timeout"]


def test_how_many_copies_of_send_run_is_a_parameter_of_its_own(template: dict[str, Any]) -> None:
    source = template["Resources"]["SendFunction"]["Properties"]["Events"]["Sends"]["Properties"]

    assert {"Ref": "SendConcurrency"} in source["ScalingConfig"]["MaximumConcurrency"]["Fn::If"]


def test_an_alarm_rings_while_a_breaker_of_any_channel_is_open(transformed: dict[str, Any]) -> None:
    alarm = of_type(transformed, "AWS::CloudWatch::Alarm")["BreakerAlarm"]
    measured = [each["MetricStat"]["Metric"] for each in alarm["Metrics"] if "MetricStat" in each]
    channels = [next(each["Value"] for each in one["Dimensions"] if each["Name"] == "channel") for one in measured]

    assert {one["MetricName"] for one in measured} == {"breaker_open"}
    assert channels == [*Channel]
    assert alarm["TreatMissingData"] == "notBreaching"
