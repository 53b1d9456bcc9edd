"""Layers hold the versions that the tests run with."""

from pathlib import Path

import pytest

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
