"""What docs/content.md shows can be published."""

import re
import shutil
from pathlib import Path

import pytest

from infra.local.paths import ROOT
from infra.publish.playbook import read_playbook
from tandem.content import Content
from tests.builders import NOON
from tests.unit.docs.snippets import STARTER

PAGE = (ROOT / "docs/content.md").read_text()
_LEFT_OUT = shutil.ignore_patterns("es.yaml", "fil.yaml", "images")  # what is left is read quickly


def snippet(kind: str, begins: str) -> str:
    [found] = [each for each in re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) if each.startswith(begins)]
    return str(found)


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The starter playbook with the page's template, design and brand."""
    folder: Path = tmp_path_factory.mktemp("page") / "playbook"
    shutil.copytree(STARTER, folder, ignore=_LEFT_OUT)
    for name, text in (
        ("templates/cart-gift/en.yaml", snippet("yaml", "subject:").replace("design: shelf ", "design: example ")),
        ("designs/example.mjml", snippet("xml", "<mjml")),
        ("brand.yaml", snippet("yaml", "logo:")),
    ):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return read_playbook(folder, published_at=NOON).content


def test_its_template_is_published_in_its_design(content: Content) -> None:
    template = content.templates["cart-gift"]["en"]

    assert template.design == "example"
    assert template.offer is not None
    assert "{{ line.quantity }} × {{ line.name }}" in content.designs["example"].html


def test_its_brand_is_published(content: Content) -> None:
    assert content.look.image_hosts == ("images.example.net",)
    assert content.look.colours.accent == "#ae4119"


def test_every_field_of_a_brand_is_told(content: Content) -> None:
    rows = PAGE.partition("| field | says |")[2].partition("\n\n")[0].splitlines()[2:]
    told = {name for row in rows for name in re.findall(r"`([a-z_.]+)`", row.split("|")[1])}

    assert {name.partition(".")[0] for name in told} == set(type(content.look).model_fields)
