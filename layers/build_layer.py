"""Build one Lambda layer: fetch its pinned wheels for the target machine, trim them, compile them.

    python3.13 build_layer.py vendor-hot arm64 <artifacts folder>

Called by `layers/Makefile`, which `sam build` calls. It runs on any machine that has python3.13 with pip: the wheels
are chosen for Lambda's platform, not for this one. With TANDEM_LAYER_CACHE set to a folder, what it built is kept there
by the hash of all that went in, so a build that changes nothing costs a copy.
"""

import compileall
import gzip
import hashlib
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

PYTHON = "3.13"
MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
# Amazon Linux 2023, the runtime's system, has glibc 2.34.
GLIBC = ["2_17", "2_24", "2_26", "2_27", "2_28", "2_31", "2_34"]
# The clients of our functions; sts because botocore reads its endpoints for some credentials.
AWS_SERVICES = {"cloudwatch", "dynamodb", "events", "s3", "scheduler", "secretsmanager", "sesv2", "sns", "sqs", "sts"}

# What no function imports, by layer: paths below the layer's python folder.
TRIMMED = {
    "vendor-hot": [
        "bazel-project",  # the build tree that cel-expr-python's wheel carries along
        "cel_expr_python/ext",  # CEL's optional extensions, 36 MB: `cel` alone is what conditions use
        "boto3/examples",
        "bin",
    ],
    "vendor-sending": [
        "bin",
        # python-liquid imports Babel, pytz and dateutil for filters that we have not; what they know of languages and
        # of time zones, 35 MB, is read by nobody: our formats are published, zones are the runtime's.
        "babel/locale-data",
        "pytz/zoneinfo",
        "dateutil/zoneinfo",
    ],
    "vendor-batch": ["bin", "_duckdb-stubs", "adbc_driver_duckdb"],
}
# Of our own package, what only tests of playbooks import.
NOT_SHIPPED = ("tandem/testing",)
# Of a distribution's metadata, its name, version and licence stay.
METADATA_KEPT = {"METADATA", "licenses", "LICENSE", "LICENSE.txt", "NOTICE", "entry_points.txt"}


def fetch(layer: Path, architecture: str, target: Path) -> None:
    """Install the layer's pins, and nothing but its pins, for Lambda's platform."""
    machine = MACHINES[architecture]
    platforms = [f"manylinux_{glibc}_{machine}" for glibc in GLIBC] + [f"manylinux2014_{machine}"]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-input"),
            *("--requirement", str(layer / "requirements.txt"), "--no-deps", "--only-binary", ":all:", "--no-compile"),
            *("--python-version", PYTHON, "--implementation", "cp", "--target", str(target)),
            *(option for platform in platforms for option in ("--platform", platform)),
        ],
        check=True,
    )


def trim(layer: str, target: Path) -> None:
    """Take out what no function imports: size is cold start, and a layer set has a limit."""
    for path in TRIMMED[layer]:
        shutil.rmtree(target / path, ignore_errors=True)
    for data in (target / "botocore/data", target / "boto3/data"):
        for service in data.glob("*/"):
            if service.name not in AWS_SERVICES:
                shutil.rmtree(service)
        for model in data.rglob("service-2.json.gz"):
            undocument(model)
    for tests in [*target.rglob("tests"), *target.rglob("test")]:
        shutil.rmtree(tests, ignore_errors=True)
    for stub in target.rglob("*.pyi"):
        stub.unlink()
    for metadata in target.glob("*.dist-info"):
        for entry in metadata.iterdir():
            if entry.name not in METADATA_KEPT:
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def undocument(model: Path) -> None:
    """Take the documentation out of a service's model: four fifths of what a client parses when it is made."""
    slim = json.dumps(without_documentation(json.loads(gzip.decompress(model.read_bytes()))), separators=(",", ":"))
    model.write_bytes(gzip.compress(slim.encode(), mtime=0))


def without_documentation(value: Any) -> Any:
    """The same JSON without its `documentation` texts; a member of that name is an object, and stays.

    So do those of a client's context parameters: botocore reads them whenever it finds out an S3 endpoint.
    """
    if isinstance(value, dict):
        return {
            key: item if key == "clientContextParams" else without_documentation(item)
            for key, item in value.items()
            if not (key == "documentation" and isinstance(item, str))
        }
    return [without_documentation(item) for item in value] if isinstance(value, list) else value


def copy_packages(layer: Path, target: Path) -> None:
    """Our own packages, without what is not shipped."""
    for package in layer.glob("*/__init__.py"):
        shutil.copytree(package.parent, target / package.parent.name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in NOT_SHIPPED:
        shutil.rmtree(target / path, ignore_errors=True)


def compile_all(target: Path) -> None:
    """Compile to `.pyc` that are never checked against their source: packaging changes the files' times."""
    compiled = compileall.compile_dir(
        target,
        quiet=1,
        # No path of the building machine inside, and tracebacks as in Lambda.
        stripdir=str(target.parent),
        prependdir="/opt",
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    if not compiled:
        sys.exit(f"{target}: not everything compiles")


def build(layer: Path, architecture: str, artifacts: Path) -> None:
    """Fill `artifacts` with the layer, as Lambda unpacks it below /opt."""
    target = artifacts / "python"
    if (layer / "requirements.txt").exists():
        fetch(layer, architecture, target)
        trim(layer.name, target)
    else:
        copy_packages(layer, target)
    compile_all(target)


def build_cached(layer: Path, architecture: str, artifacts: Path) -> None:
    """Build a vendor layer once for its pins, this script and the architecture; our own package always."""
    pins, home = layer / "requirements.txt", Path(os.environ.get("TANDEM_LAYER_CACHE", ""))
    if not pins.exists() or not home.name:
        return build(layer, architecture, artifacts)
    inputs = pins.read_bytes() + Path(__file__).read_bytes() + f"{architecture} {sys.version}".encode()
    kept = home / f"{layer.name}-{architecture}-{hashlib.sha256(inputs).hexdigest()[:16]}"
    if not kept.exists():
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home) as scratch:
            build(layer, architecture, Path(scratch) / "layer")
            if not kept.exists():  # another build may have been quicker
                (Path(scratch) / "layer").rename(kept)
    shutil.copytree(kept, artifacts, dirs_exist_ok=True)
    return None


def main() -> None:
    match sys.argv[1:]:
        case [layer, architecture, artifacts] if architecture in MACHINES:
            if sys.version_info[:2] != (3, 13):
                sys.exit(f"layers are compiled for Python {PYTHON}, this is {sys.version.split()[0]}")
            build_cached(Path(__file__).resolve().parent / layer, architecture, Path(artifacts))
        case _:
            sys.exit(f"usage: build_layer.py LAYER {{{'|'.join(MACHINES)}}} ARTIFACTS_FOLDER")


if __name__ == "__main__":
    main()
