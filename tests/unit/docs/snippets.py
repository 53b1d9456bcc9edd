"""The YAML of the pages on playbooks, each piece put where it belongs in a copy of the starter playbook."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import yaml

from infra.local.paths import ROOT
from infra.publish.source import read_yaml
from tandem.playbook import Campaign

STARTER: Final = ROOT / "infra/playbook"
PAGES: Final = ("campaigns.md", "journeys.md", "arbitration.md", "operating.md", "testing.md")
_BLOCK: Final = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
_IN_A_ROW: Final = re.compile(r"^\| `([a-z_]+: [^`]+)` \|", re.MULTILINE)
_OTHER_LANGUAGES: Final = shutil.ignore_patterns("es.yaml", "fil.yaml")  # what is left is read quickly
_WHOLE_SHOP: Final = frozenset({"caps", "quiet_hours", "holdout"})
_STEPS: Final = frozenset({"wait", "branch", "split", "campaign", "set", "exit"})
_CAMPAIGN: Final = {
    "id": "example",
    "trigger": {"event": "order_completed"},
    "channels": ["email"],
    "category": "service",
}


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of YAML as a reader sees it: a block, or the first cell of a table's row."""

    page: str
    text: str

    @property
    def data(self) -> Any:
        """What it says, read as a playbook's files are."""
        with TemporaryDirectory() as folder:
            path = Path(folder) / "snippet.yaml"
            path.write_text(self.text)
            return read_yaml(path, path.parent).data

    def put(self, folder: Path, name: str) -> None:
        """Writes it to where it belongs in a playbook's folder, by this name if it has none. Raises ValueError where
        that is nowhere."""
        match self.data:
            case list() as steps:
                _write_journey(folder, {"id": name, "start": _start(self.text), "steps": steps})
            case {"subject": _} as template:
                _write(folder / "templates/second-order/en.yaml", template)
            case {"steps": _} as journey:
                _write_journey(folder, journey)
            case {"id": _, "channels": _} as campaign:
                _write_campaign(folder, campaign)
            case dict() as part if part.keys() <= _WHOLE_SHOP:
                head = yaml.safe_load((folder / "playbook.yaml").read_text())
                _write(folder / "playbook.yaml", {**head, **part})
            case dict() as step if step.keys() <= _STEPS:
                _write_journey(folder, {"id": name, "start": _start(self.text), "steps": [step]})
            case dict() as part if part.keys() <= Campaign.model_fields.keys():
                words = {} if part.keys() & {"content", "variants"} else {"content": "second-order"}
                _write_campaign(folder, {**_CAMPAIGN, **words, **part, "id": name})
            case other:
                raise ValueError(f"{self.page}: nowhere to put {other}")


def snippets() -> Iterator[Snippet]:
    """Every piece of YAML of the pages."""
    for name in PAGES:
        page = ROOT / "docs" / name
        text = page.read_text() if page.exists() else ""
        yield from (Snippet(name, found) for pattern in (_BLOCK, _IN_A_ROW) for found in pattern.findall(text))


def of_the_starter() -> Iterator[tuple[Snippet, Any]]:
    """Those that show a campaign or a journey of the starter playbook, each with what its file says."""
    for snippet in snippets():
        data = snippet.data
        kind = "journeys" if isinstance(data, dict) and "steps" in data else "campaigns"
        path = STARTER / kind / f"{data.get('id') if isinstance(data, dict) else ''}.yaml"
        if path.exists():
            yield snippet, yaml.safe_load(path.read_text())


def copied(folder: Path) -> Path:
    """The starter playbook in one language, in a folder of its own."""
    return Path(shutil.copytree(STARTER, folder, ignore=_OTHER_LANGUAGES))


def _start(steps: str) -> dict[str, str]:
    return {"cart_abandoned": "30m"} if "cart" in steps else {"event": "order_completed"}


def _write_campaign(folder: Path, campaign: dict[str, Any]) -> None:
    _write(folder / "campaigns" / f"{campaign['id']}.yaml", campaign)


def _write_journey(folder: Path, journey: dict[str, Any]) -> None:
    _write(folder / "journeys" / f"{journey['id']}.yaml", journey)


def _write(path: Path, data: Any) -> None:
    path.write_text(yaml.safe_dump(data, allow_unicode=True))
