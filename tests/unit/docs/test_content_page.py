"""What docs/content.md says of variables and limits is what the code has."""

import re
from pathlib import Path

from infra.publish.designs import read as designs
from infra.publish.designs import unparsed
from infra.publish.judging import contrast, page
from tandem.content import VARIABLES, bounds

PAGE = Path("docs/content.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_variable_is_in_the_table_with_its_words() -> None:
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| (.*) \|$", section("Variables"), re.MULTILINE))

    assert rows == dict(VARIABLES)


def test_every_limit_is_the_codes() -> None:
    said = section("What publishing refuses")
    limits = (page.MOST_BYTES, bounds.LONGEST, bounds.MOST_WORK, designs.LARGEST)

    assert all(f"{limit:,}" in said for limit in limits)
    assert f"with {page.PER_LINK} more for each link" in said
    assert f"and {page.FOR_OPENS} for its picture" in said
    assert f"blocks deeper than {bounds.DEEPEST}; more than {bounds.MOST_FILTERS} filters" in said
    assert f"more than {designs.MOST} partials" in said
    assert f"more than {unparsed.DEEPEST} tags" in said
    assert f"under {contrast.LEAST}:1" in said
