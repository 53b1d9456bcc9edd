"""The item that says which playbook was published last."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tandem.adapters.aws import passing_faults

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY: Final = "playbook"


@dataclass(frozen=True, slots=True)
class PlaybookTable:
    """Reads the number."""

    client: "DynamoDBClient"
    table: str

    def latest(self) -> int:
        """The number published last; 0 if none is. Raises Unavailable."""
        with passing_faults("dynamodb", "GetItem"):
            found = self.client.get_item(TableName=self.table, Key={"pk": {"S": _KEY}}, ConsistentRead=True)
        return int(found["Item"]["number"]["N"]) if "Item" in found else 0
