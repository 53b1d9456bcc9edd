"""The SES account of this region: what it may send, how much it has sent, and what SES thinks of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling
from tandem.sending.pacing import Account
from tandem.sending.reputation import Standing

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_sesv2 import SESV2Client

_METRICS: Final = {"bounces": "Reputation.BounceRate", "complaints": "Reputation.ComplaintRate"}
_LOOKED_BACK: Final = timedelta(hours=24)  # SES publishes them a few times a day, and only while something is sent
_PERIOD: Final = 900


@dataclass(frozen=True, slots=True)
class SesAccount:
    """The Accounts port of email. The client may try again: reading does no harm."""

    client: "SESV2Client"

    def read(self) -> Account:
        """One GetAccount."""
        with calling("sesv2", "GetAccount"):
            found: Any = self.client.get_account()
        quota = found.get("SendQuota", {})
        a_day = quota.get("Max24HourSend", 0)
        return Account(
            rate=quota.get("MaxSendRate", 0),
            a_day=None if a_day < 0 else a_day,  # -1 is: as many as one likes
            sent=quota.get("SentLast24Hours", 0),
            halted=_halted(found),
        )


@dataclass(frozen=True, slots=True)
class SesStanding:
    """The Standings port of email."""

    account: SesAccount
    cloudwatch: "CloudWatchClient"

    def read(self, now: datetime) -> Standing:
        """One GetAccount and one GetMetricData."""
        halted = self.account.read().halted
        with calling("cloudwatch", "GetMetricData"):
            found: Any = self.cloudwatch.get_metric_data(
                MetricDataQueries=[_query(name, metric) for name, metric in _METRICS.items()],
                StartTime=now - _LOOKED_BACK,
                EndTime=now,
                ScanBy="TimestampDescending",
            )
        latest = {each["Id"]: each["Values"][0] for each in found["MetricDataResults"] if each["Values"]}
        return Standing(halted, latest.get("bounces"), latest.get("complaints"))


def _query(name: str, metric: str) -> Any:
    stat = {"Metric": {"Namespace": "AWS/SES", "MetricName": metric}, "Period": _PERIOD, "Stat": "Average"}
    return {"Id": name, "MetricStat": stat}


def _halted(found: Mapping[str, Any]) -> str:
    if found.get("EnforcementStatus") == "SHUTDOWN":
        return "SES has shut this account down (EnforcementStatus SHUTDOWN)"
    return "" if found.get("SendingEnabled", True) else "sending is paused for this SES account"
