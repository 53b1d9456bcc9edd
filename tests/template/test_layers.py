"""Layers hold the versions that the tests run with."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from layers.build_layer import copy_packages, trim

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


def test_what_sending_fills_words_with_runs_without_what_is_trimmed(tmp_path: Path) -> None:
    """python-liquid imports Babel, pytz and dateutil; of their data it must read nothing."""
    for name in ("babel", "dateutil", "importlib_resources", "liquid", "markupsafe", "pytz"):
        spec = find_spec(name)
        assert spec
        assert spec.origin
        shutil.copytree(Path(spec.origin).parent, tmp_path / name)
    six = find_spec("six")
    assert six
    assert six.origin
    shutil.copy(six.origin, tmp_path)
    full = sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file())

    trim("vendor-sending", tmp_path)

    asked = (
        "import sys, liquid, babel; sys.exit(liquid.parse('Hi {{ you | upcase }}').render(you='Ana') + babel.__file__)"
    )
    said = subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"import sys; sys.path.append({str(tmp_path)!r}); {asked}"],
        env={"LANG": "es_MX.UTF-8", "TZ": "Europe/Madrid"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.stderr.strip() == f"Hi ANA{tmp_path}/babel/__init__.py"
    assert sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()) < full - 25_000_000
