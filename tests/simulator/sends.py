"""`send`, until its function takes ports."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tandem.customer import read_send
from tandem.errors import Unavailable
from tandem.sending import Ports, Rules, Unknown, deliver


def run_send(event: dict[str, Any], ports: Ports, rules: Rules, clock: Callable[[], datetime]) -> dict[str, Any]:
    """An SQS batch in, the messages to deliver again out."""
    failed = []
    for record in event["Records"]:
        try:
            outcome = deliver(read_send(record["body"]), ports, rules, clock)
        except Unavailable:
            failed.append({"itemIdentifier": record["messageId"]})
            continue
        if isinstance(outcome, Unknown) and outcome.is_unwritten:
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
