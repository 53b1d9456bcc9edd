"""A playbook's folder with attributes of its own: the starter's shop, one template, and what a test writes."""

from pathlib import Path
from shutil import copytree

from infra.cli.files import STARTER
from infra.publish.playbook import read_playbook
from tandem.attributes import Derived, Rule
from tandem.errors import BadPlaybook, Defect
from tandem.playbook import Playbook
from tests.builders import DAY, NOON

FIRST = NOON - 30 * DAY


def folder_with(folder: Path, attributes: str = "", campaign: str = "") -> Path:
    """A folder in `folder` with these attributes and, beside the starter's others, this campaign."""
    mine = folder / "mine"
    if not mine.exists():
        copytree(STARTER, mine, ignore=_beside)
        (mine / "products.yaml").write_text("products: []\n")
    (mine / "attributes.yaml").write_text(attributes)
    if campaign:
        (mine / "campaigns/mine.yaml").write_text(campaign)
    return mine


def _beside(folder: str, names: list[str]) -> set[str]:
    """All but one campaign, its words, and one language: what is left is read quickly."""
    kept = {"campaigns": {"second-order.yaml"}, "second-order": {"en.yaml"}, "_phrases": {"en.yaml"}}
    every = kept.get(Path(folder).name)
    if Path(folder).name == "templates":
        every = {"second-order", *(name for name in names if name.startswith("_"))}
    return set(names) - every if every else set()


def published(folder: Path, attributes: str, before: Playbook | None = None) -> Playbook:
    """The playbook after `before`, a day later."""
    number = before.number + 1 if before else 1
    mine = folder_with(folder, attributes)
    return read_playbook(mine, published_at=FIRST + number * DAY, number=number, before=before).playbook


def defects_of(folder: Path) -> tuple[Defect, ...]:
    """What is wrong with a folder."""
    try:
        read_playbook(folder, published_at=NOON)
    except BadPlaybook as bad:
        return bad.defects
    return ()


def compiled(folder: Path, item: str) -> Rule | Derived:
    """The one attribute written as a block of YAML, without its dash."""
    first, *more = item.strip("\n").splitlines()
    text = "attributes:\n" + "\n".join([f"  - {first}", *(f"    {line}" for line in more)]) + "\n"
    return published(folder, text).ruleset.by_attribute["mine"]
