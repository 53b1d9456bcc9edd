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
HEAD = """\
shop:
  name: Needle & Groove
  url: https://shop.example.com
  postal_address: 1 Example Street, Springfield, USA
  currency: USD
  default_locale: en
  default_time_zone: America/New_York
caps:
  - { messages: 3, within: 7d }
"""
SECOND_ORDER = """\
id: second-order
priority: 200
trigger: { event: order_completed }
audience: customer.orders == 1
channels: [email, sms]
content: second-order
"""


def folder_with(folder: Path, attributes: str = "", campaign: str = "", journey: str = "") -> Path:
    """A folder in `folder` with these attributes and, beside one campaign, this campaign and journey."""
    mine = folder / "mine"
    if not mine.exists():
        copytree(STARTER, mine, ignore=_beside)
        (mine / "products.yaml").write_text("products: []\n")
        (mine / "playbook.yaml").write_text(HEAD)
        for name in ("campaigns", "journeys"):
            (mine / name).mkdir()
        (mine / "campaigns/second-order.yaml").write_text(SECOND_ORDER)
    (mine / "attributes.yaml").write_text(attributes)
    for name, text in (("campaigns", campaign), ("journeys", journey)):
        if text:
            (mine / name / "mine.yaml").write_text(text)
    return mine


def _beside(folder: str, names: list[str]) -> set[str]:
    """All but the words of one template, in one language: what is left is read quickly."""
    match Path(folder).name:
        case "templates":
            return {name for name in names if not name.startswith("_") and name != "second-order"}
        case "second-order" | "_phrases":
            return {*names} - {"en.yaml"}
        case _:
            others = {name for name in names if name.endswith(".yaml") and name != "brand.yaml"}
            return {"campaigns", "journeys", "images", *others}


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
