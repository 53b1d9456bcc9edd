"""Publishing: the documents first, then the item that makes them the latest."""

from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.publish.playbook import Draft, read_playbook
from tandem.adapters.aws import calling, code_of
from tandem.adapters.playbook_files import PlaybookFiles, playbook_key
from tandem.content import Content
from tandem.playbook import Playbook

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
            item = self.dynamodb.get_item(TableName=self.table, Key={"pk": {"S": "playbook"}}, ConsistentRead=True).get(
                "Item"
            )
        return int(item["number"]["N"]) if item else 0

    def live(self) -> Playbook | None:
        """The playbook published last."""
        number = self.latest()
        return PlaybookFiles(self.s3, self.bucket).get(number) if number else None

    def publish(self, folder: Path, *, now: datetime) -> Draft:
        """Publishes a folder as the next number. Raises BadPlaybook, or Conflict if somebody else just published.

        A bad playbook changes nothing: the last good one stays live.
        """
        before = self.live()
        latest = before.number if before else 0
        for number in count(latest + 1):
            draft = read_playbook(folder, published_at=now, number=number, before=before)
            if self._claim(number, "playbook.json", draft.playbook):
                break
        self._claim(number, "content.json", draft.content)
        with calling("dynamodb", "PutItem"):
            self.dynamodb.put_item(
                TableName=self.table,
                Item={"pk": {"S": "playbook"}, "number": {"N": str(number)}},
                ConditionExpression="attribute_not_exists(pk) OR #number = :latest",
                ExpressionAttributeNames={"#number": "number"},
                ExpressionAttributeValues={":latest": {"N": str(latest)}},
            )
        return draft

    def _claim(self, number: int, name: str, document: Playbook | Content) -> bool:
        """Writes a document that nobody has written; a number left by a publisher that died is passed over."""
        with calling("s3", "PutObject"):
            try:
                self.s3.put_object(
                    Bucket=self.bucket,
                    Key=playbook_key(number, name),
                    Body=document.model_dump_json().encode(),
                    ContentType="application/json",
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if code_of(error) != "PreconditionFailed":
                    raise
                return False
        return True
