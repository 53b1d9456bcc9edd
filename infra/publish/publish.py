"""Publishing: the documents first, then the item that makes them the latest."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from infra.publish.playbook import Draft, read_playbook
from tandem.adapters.aws import calling
from tandem.adapters.playbook_files import playbook_key
from tandem.errors import Conflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Publisher:
    """Where playbooks are published: the bucket of the documents and the table of the latest number."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    bucket: str
    table: str

    def latest(self) -> int:
        """The number published last; 0 if none is."""
        with calling("dynamodb", "GetItem"):
            item = self.dynamodb.get_item(
                TableName=self.table, Key={"pk": {"S": "playbook"}}, ConsistentRead=True
            ).get("Item")
        return int(item["number"]["N"]) if item else 0

    def publish(self, folder: Path, *, now: datetime) -> Draft:
        """Publishes a folder as the next number. Raises BadPlaybook, or Conflict if somebody else just published.

        A bad playbook changes nothing: the last good one stays live.
        """
        latest = self.latest()
        draft = read_playbook(folder, published_at=now, number=latest + 1)
        for name, document in (("playbook.json", draft.playbook), ("content.json", draft.content)):
            with calling("s3", "PutObject"):
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=playbook_key(draft.playbook.number, name),
                    Body=document.model_dump_json().encode(),
                    ContentType="application/json",
                )
        if not self._advance(latest, draft.playbook.number):
            raise Conflict
        return draft

    def _advance(self, latest: int, number: int) -> bool:
        try:
            with calling("dynamodb", "PutItem"):
                self.dynamodb.put_item(
                    TableName=self.table,
                    Item={"pk": {"S": "playbook"}, "number": {"N": str(number)}},
                    ConditionExpression="attribute_not_exists(pk) OR #number = :latest",
                    ExpressionAttributeNames={"#number": "number"},
                    ExpressionAttributeValues={":latest": {"N": str(latest)}},
                )
        except Conflict:
            return False
        return True
