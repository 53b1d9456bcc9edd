"""One-off schedules of EventBridge Scheduler."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from tandem.adapters.aws import calling
from tandem.customer import SetTimer
from tandem.events import digest

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient


def prefix_of(customer_id: str) -> str:
    """How the names of a customer's schedules begin: also those of a timer that was overtaken can be found."""
    return f"{digest('schedules', customer_id)}-"


@dataclass(frozen=True, slots=True)
class SchedulerSchedules:
    """The name of a schedule ends with the effect's id, a hash of timer and moment: created twice, it is one.

    The client is made when the first long wait comes: most cold starts never need it.
    """

    client: Callable[[], "EventBridgeSchedulerClient"]
    group: str
    role_arn: str
    queue_arn: str
    dead_letter_arn: str

    def create(self, effect: SetTimer, message: str) -> None:
        """Deletes itself once it has fired. Raises Unavailable."""
        with calling("scheduler", "CreateSchedule"):
            try:
                self.client().create_schedule(
                    Name=prefix_of(effect.customer_id) + effect.id,
                    GroupName=self.group,
                    ScheduleExpression=f"at({effect.moment:%Y-%m-%dT%H:%M:%S})",
                    ScheduleExpressionTimezone="UTC",
                    FlexibleTimeWindow={"Mode": "OFF"},
                    ActionAfterCompletion="DELETE",
                    Target={
                        "Arn": self.queue_arn,
                        "RoleArn": self.role_arn,
                        "Input": message,
                        "DeadLetterConfig": {"Arn": self.dead_letter_arn},
                    },
                )
            except ClientError as error:
                if error.response["Error"]["Code"] != "ConflictException":
                    raise
