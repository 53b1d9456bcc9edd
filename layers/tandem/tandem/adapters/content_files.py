"""Published content on S3, one object a playbook number. A number never changes its meaning, so it is kept."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tandem.adapters.aws import calling
from tandem.content import Content, read_published

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_KEPT: Final = 4


def content_path(number: int) -> str:
    """Where the publisher puts it: `playbooks/000007/content.json`."""
    return f"playbooks/{number:06d}/content.json"


@dataclass(frozen=True, slots=True)
class ContentFiles:
    """The Contents port."""

    client: "S3Client"
    bucket: str
    _kept: dict[int, Content] = field(default_factory=dict, repr=False)

    def get(self, number: int) -> Content:
        """The content of this playbook, read once."""
        if number not in self._kept:
            content = self._read(number)
            while len(self._kept) >= _KEPT:
                del self._kept[min(self._kept)]
            self._kept[number] = content
        return self._kept[number]

    def _read(self, number: int) -> Content:
        with calling("s3", "GetObject"):
            body = self.client.get_object(Bucket=self.bucket, Key=content_path(number))["Body"].read()
        return read_published(body)
