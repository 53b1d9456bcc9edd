"""A stack that runs on after the demo, and what to type at it."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from rich.console import Console

from infra.demo.baskets import lines_worth
from infra.demo.cdnow import CURRENCY
from infra.demo.run import Lived
from infra.demo.show import show_kept, typed
from infra.local import LocalStack
from infra.local.__main__ import STATE, remembered
from infra.local.paths import REGION

_TOTAL: Final = Decimal(250)


def keep_running(lived: Lived, out: Path, console: Console) -> None:
    """Writes an order to emit, and says how to play on and how to stop."""
    stack, person = lived.house.stack, lived.day.people[lived.day.cast.low]
    order = out / "order-250.json"
    order.write_text(f"{json.dumps(big_order(lived), indent=2)}\n", encoding="utf-8")
    exports = f"export AWS_ENDPOINT_URL={stack.endpoint} AWS_DEFAULT_REGION={REGION}"
    exports += " AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test"
    lines = (
        f".venv/bin/tandem emit {typed(order)}  # {person.first_name} orders for {_TOTAL} dollars",
        f".venv/bin/tandem why {person.customer_id}",
        f".venv/bin/python -m infra.demo.mailbox {person.email}  # opens the newest mail to {person.first_name}",
    )
    show_kept(console, stack.endpoint, exports, lines, _how_to_stop(stack))


def big_order(lived: Lived) -> dict[str, Any]:
    """An order of 250 dollars by the customer of tier low; `emit` reads `now` as the moment it publishes."""
    customer_id = lived.day.cast.low
    lines = lines_worth(lived.house.draft.playbook.products, _TOTAL)
    properties = {
        "order_id": f"demo-250-{customer_id}",
        "total": f"{_TOTAL:.2f}",
        "shipping": f"{_TOTAL - sum(Decimal(line['price']) for line in lines):.2f}",
        "currency": CURRENCY,
        "products": lines,
        "made_up": ["all"],
    }
    return {
        "v": 1,
        "event_id": f"demo-250-{customer_id}",
        "type": "order_completed",
        "customer_id": customer_id,
        "occurred_at": "now",
        "properties": properties,
    }


def _how_to_stop(stack: LocalStack) -> str:
    """`infra.local` knows one stack at a time."""
    known = remembered()
    if known is not None and known.pid != stack.pid:
        return f"kill {stack.pid}"
    STATE.write_text(json.dumps({"port": stack.port, "pid": stack.pid, "log": str(stack.log)}), encoding="utf-8")
    return ".venv/bin/python -m infra.local down"
