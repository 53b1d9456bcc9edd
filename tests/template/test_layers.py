"""Layers hold the versions that the tests run with."""

from pathlib import Path

import pytest

from layers.build_layer import copy_packages

ROOT = Path(__file__).resolve().parents[2]
LAYERS = sorted(ROOT.glob("layers/vendor-*/requirements.txt"))


def pins(path: Path) -> dict[str, str]:
    """What a requirements file pins, by name."""
    lines = (line.split(";")[0].strip() for line in path.read_text().splitlines())
    return dict(line.split("==") for line in lines if line)


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.parent.name)
def test_a_layer_ships_what_the_tests_run_with(path: Path) -> None:
    tested = pins(ROOT / "infra/requirements/dev.txt")

    shipped = pins(path)

    assert shipped.items() <= tested.items()


@pytest.mark.parametrize("path", sorted(ROOT.glob("infra/requirements/*.txt")) + LAYERS, ids=lambda path: path.stem)
def test_every_requirement_is_one_exact_version(path: Path) -> None:
    assert all("==" in line and "://" not in line for line in path.read_text().splitlines() if line)


def test_our_layer_ships_our_package_without_the_harness_for_tests_of_playbooks(tmp_path: Path) -> None:
    copy_packages(ROOT / "layers/tandem", tmp_path)

    shipped = {path.name for path in (tmp_path / "tandem").iterdir() if path.is_dir()}

    ours = {path.parent.name for path in (ROOT / "layers/tandem/tandem").glob("*/__init__.py")}
    assert shipped == ours - {"testing"}
