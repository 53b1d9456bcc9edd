"""What a function unpacks in Lambda is small, compiled, and holds nothing that is not needed."""

from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from infra.local import build

MB = 1024 * 1024
LIMITS = {
    "TriggerFunction": 90,
    "SendFunction": 240,
    "RecordFunction": 240,
    "ArchiveFunction": 90,
    "BuildProfilesFunction": 240,
    "LoadProfilesFunction": 240,
    "SettleFunction": 240,
    "UnsubscribeFunction": 240,
}


@pytest.fixture(scope="module")
def built() -> Path:
    """The folder that sam build filled; built here unless nothing changed since the last time."""
    return build().parent


def size(folder: Path) -> int:
    """Bytes of all files below a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.parametrize(("function", "limit"), LIMITS.items())
def test_a_function_with_its_layers_stays_under_its_limit(built: Path, function: str, limit: int) -> None:
    layers = yaml_parse((built / "template.yaml").read_text())["Resources"][function]["Properties"]["Layers"]

    unpacked = size(built / function) + sum(size(built / layer["Ref"]) for layer in layers)

    assert unpacked < limit * MB


def test_every_module_of_the_layers_is_compiled_for_good(built: Path) -> None:
    sources = [file for layer in built.glob("*Layer") for file in layer.rglob("*.py")]

    for source in sources:
        compiled = source.parent / "__pycache__" / f"{source.stem}.cpython-313.pyc"
        # Bytes 4 to 8 hold the flags; 1 is "by hash, never checked", so changed file times cost nothing.
        assert compiled.read_bytes()[4:8] == b"\x01\x00\x00\x00", source


def test_our_layer_is_our_package_alone(built: Path) -> None:
    assert [found.name for found in (built / "TandemLayer/python").iterdir()] == ["tandem"]


def test_botocore_knows_only_the_services_in_use(built: Path) -> None:
    data = built / "VendorHotLayer/python/botocore/data"

    services = {folder.name for folder in data.iterdir() if folder.is_dir()}

    assert services == {
        "cloudwatch",
        "dynamodb",
        "events",
        "s3",
        "scheduler",
        "secretsmanager",
        "sesv2",
        "sns",
        "sqs",
        "sts",
    }
