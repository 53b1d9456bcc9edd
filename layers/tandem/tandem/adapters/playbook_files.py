"""Published playbooks: documents on S3 by number, and the item that says which is the latest."""

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tandem.adapters.aws import calling
from tandem.errors import Unavailable
from tandem.playbook import Playbook

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def playbook_key(number: int, name: str) -> str:
    """Where a document of a published playbook lies in the bucket."""
    return f"playbooks/{number:06d}/{name}"


@dataclass(slots=True)
class PlaybookFiles:
    """Reads a playbook once: what a number means never changes. Fields of a newer release are ignored."""

    client: "S3Client"
    bucket: str
    _cached: dict[int, Playbook] = field(default_factory=dict)

    def get(self, number: int) -> Playbook:
        """The playbook with this number. Raises Unavailable; 0 is: none is published yet."""
        if number == 0:
            raise Unavailable("playbook", "tandem playbook publish")
        if number not in self._cached:
            with calling("s3", "GetObject"):
                body = self.client.get_object(Bucket=self.bucket, Key=playbook_key(number, "playbook.json"))[
                    "Body"
                ].read()
            self._cached = {number: Playbook.model_validate(json.loads(body), extra="ignore")}
        return self._cached[number]
