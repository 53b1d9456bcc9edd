"""Publishing: the documents first, then the item that makes them live."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra.publish.edition import Draft, Edition
from infra.publish.history import Entry, history
from infra.publish.playbook import read_folder
from infra.publish.rollback import again
from tandem.adapters.aws import calling, code_of
from tandem.adapters.content_files import ContentFiles
from tandem.adapters.playbook_files import PlaybookFiles, playbook_key
from tandem.adapters.playbook_table import LiveTable
from tandem.content import Content
from tandem.errors import Unavailable
from tandem.playbook import Live, Playbook

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

    def publish(
        self,
        folder: Path,
        *,
        now: datetime,
        at: datetime | None = None,
        author: str = "",
        note: str = "",
        held: Live | None = None,
    ) -> Draft:
        """Publishes a folder as the next number, to hold from `at` on (aware; None is at once).

        Raises BadPlaybook, or Conflict if somebody else just published: since `held` was read, where that is given.
        A bad playbook changes nothing: the last good one stays live. One that is still to take effect gives way to this
        one, and its number and codes stay given.
        """
        edition = Edition(now, takes_effect_at=at, author=author, note=note)
        return self._next(lambda numbered: read_folder(folder, numbered), edition, held)

    def roll_back(self, number: int, *, now: datetime, author: str = "", held: Live | None = None) -> Draft:
        """Publishes an earlier number again as the next one, to hold at once. Raises as `publish` does."""
        old = self.draft(number)
        edition = Edition(now, author=author, note=f"rollback to {number}")
        return self._next(lambda numbered: again(old, numbered), edition, held)

    def draft(self, number: int) -> Draft:
        """What was published under a number. Raises Unavailable."""
        playbook = PlaybookFiles(self.s3, self.bucket).get(number)
        return Draft(playbook, ContentFiles(self.s3, self.bucket).get(number))

    def has(self, number: int) -> bool:
        """Whether anything was published under a number. Raises Unavailable."""
        return self._found(number) is not None

    def history(self, now: datetime) -> list[Entry]:
        """The numbers published last, newest first."""
        return list(history(self._found, self.table_of_live.live(), now))

    def _next(self, make: Callable[[Edition], Draft], edition: Edition, held: Live | None) -> Draft:
        held = held or self.table_of_live.live()
        now, last = edition.published_at, held.next_number or held.number
        before, pending = self._get(held.at(now)), self._get(last)
        edition = replace(edition, before=before, first_code=pending.last_code if pending else 0)
        for number in count(last + 1):
            draft = make(replace(edition, number=number))
            if self._claim(number, "playbook.json", draft.playbook):
                break
        self._claim(number, "content.json", draft.content)
        at = edition.takes_effect_at
        LiveTable(self.dynamodb, self.table, lambda: now).put_live(number, at=at, expected=held)
        return draft

    def _found(self, number: int) -> Playbook | None:
        """None for a number that has no document."""
        try:
            return self._get(number)
        except Unavailable as error:
            if isinstance(error.__cause__, ClientError) and code_of(error.__cause__) == "NoSuchKey":
                return None
            raise

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
