"""Publishing: the documents first, then the item that makes them live."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.publish.playbook import Draft, read_playbook
from tandem.adapters.aws import calling, code_of
from tandem.adapters.playbook_files import PlaybookFiles, playbook_key
from tandem.adapters.playbook_table import LiveTable
from tandem.content import Content
from tandem.playbook import Playbook

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class Publisher:
    """Where playbooks are published: the bucket of the documents, and the table with the item of what is live."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    bucket: str
    table: str
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    @property
    def table_of_live(self) -> LiveTable:
        """The item of what is live, to read and write."""
        return LiveTable(self.dynamodb, self.table, self.clock)

    def latest(self) -> int:
        """The number of the playbook that holds now; 0 if none is published."""
        return self.table_of_live.latest()

    def live(self) -> Playbook | None:
        """The playbook that holds now."""
        return self._get(self.latest())

    def publish(self, folder: Path, *, now: datetime) -> Draft:
        """Publishes a folder as the next number. Raises BadPlaybook, or Conflict if somebody else just published.

        A bad playbook changes nothing: the last good one stays live. One that is still to take effect gives way to it,
        and its rules and journeys are what the new one is compared with: its numbers are given for good.
        """
        held = self.table_of_live.live()
        before = self._get(held.next_number or held.number)
        for number in count(max(held.number, held.next_number) + 1):
            draft = read_playbook(folder, published_at=now, number=number, before=before)
            if self._claim(number, "playbook.json", draft.playbook):
                break
        self._claim(number, "content.json", draft.content)
        LiveTable(self.dynamodb, self.table, lambda: now).put_live(
            number, at=draft.playbook.takes_effect_at, expected=held
        )
        return draft

    def _get(self, number: int) -> Playbook | None:
        return PlaybookFiles(self.s3, self.bucket).get(number) if number else None

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
