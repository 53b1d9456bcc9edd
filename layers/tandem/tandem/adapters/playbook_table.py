"""The item that says what is live, read and written by those who publish and those who stop."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from tandem.adapters.aws import calling, passing_faults
from tandem.adapters.live_item import KEY, Stoppable, after_publishing, live_item, read_live, stop_name, stop_value
from tandem.errors import Conflict
from tandem.playbook import Live

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PK: Final[Any] = {"pk": {"S": KEY}}


@dataclass(frozen=True, slots=True)
class PlaybookTable:
    """Reads it."""

    client: "DynamoDBClient"
    table: str
    clock: Callable[[], datetime]

    def live(self) -> Live:
        """What is live, strongly consistent. Raises Unavailable."""
        with passing_faults("dynamodb", "GetItem"):
            found = self.client.get_item(TableName=self.table, Key=_PK, ConsistentRead=True)
        return read_live(found.get("Item"))

    def latest(self) -> int:
        """The number of the playbook that holds now; 0 if none is published. Raises Unavailable."""
        return self.live().at(self.clock())


@dataclass(frozen=True, slots=True)
class LiveTable(PlaybookTable):
    """Writes it. Publishing and stopping touch different fields: neither undoes the other."""

    def put_live(self, number: int, *, at: datetime | None, expected: Live) -> Live:
        """Playbook `number` holds from `at` on (aware; None is at once). Returns what is live now.

        `expected` is what was read before: raises Conflict if somebody else has published since. Raises Unavailable.
        """
        wanted = after_publishing(expected, number, at=at, now=self.clock())
        try:
            self._publish(wanted, expected)
        except Conflict:  # also the answer to a retry whose first try was written
            if _published(self.live()) != _published(wanted):
                raise
        return wanted

    def stop(self, kind: Stoppable, name: str = "", why: str = "") -> bool:
        """Stops it from the next read on. False: it was stopped already. Raises Unavailable."""
        with suppress(Conflict):
            self._update(
                "SET stops = :none, #number = if_not_exists(#number, :zero)",
                "attribute_not_exists(stops)",
                {"#number": "number"},
                {":none": {"M": {}}, ":zero": {"N": "0"}},
            )
        condition = "attribute_not_exists(stops.#stop)"
        return self._change("SET stops.#stop = :entry", condition, kind, name, stop_value(why))

    def resume(self, kind: Stoppable, name: str = "") -> bool:
        """Lets it go on from the next read on. False: it was not stopped. Raises Unavailable."""
        return self._change("REMOVE stops.#stop", "attribute_exists(stops.#stop)", kind, name)

    def _publish(self, wanted: Live, expected: Live) -> None:
        fields, was = live_item(wanted), live_item(expected)
        coming = [name for name in ("next_number", "next_at") if name in fields]
        sets = ", ".join(f"#{name} = :{name}" for name in ("number", *coming))
        conditions = [
            "#number = :was_number" if expected.number else "(attribute_not_exists(#number) OR #number = :was_number)"
        ]
        conditions += [
            f"#{name} = :was_{name}" if name in was else f"attribute_not_exists(#{name})"
            for name in ("next_number", "next_at")
        ]
        known = [name for name in ("number", "next_number", "next_at") if name in was]
        self._update(
            f"SET {sets}" + ("" if coming else " REMOVE #next_number, #next_at"),
            " AND ".join(conditions),
            {f"#{name}": name for name in ("number", "next_number", "next_at")},
            {
                **{f":{name}": fields[name] for name in ("number", *coming)},
                **{f":was_{name}": was[name] for name in known},
            },
        )

    def _change(
        self, expression: str, condition: str, kind: Stoppable, name: str, entry: dict[str, Any] | None = None
    ) -> bool:
        values = {":entry": entry} if entry else {}
        try:
            self._update(expression, condition, {"#stop": stop_name(kind, name)}, values)
        except Conflict:
            return False
        return True

    def _update(self, expression: str, condition: str, names: dict[str, str], values: dict[str, Any]) -> None:
        given: Any = {"ExpressionAttributeValues": values} if values else {}
        with calling("dynamodb", "UpdateItem"):
            self.client.update_item(
                TableName=self.table,
                Key=_PK,
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                **given,
            )


def _published(live: Live) -> tuple[int, int, datetime | None]:
    return live.number, live.next_number, live.next_at
