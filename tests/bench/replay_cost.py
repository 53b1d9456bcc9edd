"""The whole CDNOW history through actor and decisions in memory, beside a loop that only reads its JSON."""

from tests.bench.report import Report
from tests.bench.timing import processes

_PREPARE = """
import json
from pathlib import Path
from infra.demo.cdnow import ordered_at, orders
from infra.publish.playbook import read_playbook
from infra.replay.engine import Arrival, replay
from tests.builders import NOON
found = []
for each in orders(Path("tests/data/cdnow_master.txt")):
    at = ordered_at(each)
    lines = [{"product_id": "cd", "quantity": each.cds}]
    properties = {"order_id": each.order_id, "total": str(each.amount), "currency": "USD", "products": lines}
    found.append((json.dumps({"v": 1, "event_id": each.order_id, "type": "order_completed", "occurred_at":
        at.isoformat(), "customer_id": each.customer_id, "properties": properties}), at))
book = read_playbook(Path("infra/playbook"), published_at=found[0][1], number=1).playbook
"""
_READ = """
for text, _ in found:
    json.loads(text)
"""
_REPLAY = """
replayed = replay([Arrival(text, at) for text, at in found], book)
assert replayed.events == 69_659, replayed.events
"""


def run() -> list[Report]:
    """Three processes in turns; what the preparation takes is taken off the others."""
    # Once: it takes minutes, and the other two seconds.
    costs = processes({"nothing": _PREPARE, "json.loads": _PREPARE + _READ, "replay": _PREPARE + _REPLAY}, rounds=1)
    report = Report(
        "replay of 69,659 real orders", ("CPU s", "of json.loads", "peak RSS MB"), "Budget: 25 times json.loads"
    )
    idle = costs["nothing"].cpu_ms
    read = max(costs["json.loads"].cpu_ms - idle, 1)
    for name in ("json.loads", "replay"):
        took = costs[name].cpu_ms - idle
        report.add(name, took / 1000, took / read, costs[name].rss_mb)
    return [report]
