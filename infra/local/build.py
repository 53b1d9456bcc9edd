"""`sam build` for the local stack: for this machine, in a folder of its own, and only when something changed."""

import fcntl
import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.local.paths import ARCHITECTURE, BUILT, LOCAL, ROOT, SAM, environment
from infra.local.run import run

INPUTS = ("template.yaml", "samconfig.toml", "layers", "functions")


def fingerprint() -> str:
    """Hash of every file that a build reads."""
    digest = hashlib.sha256(sys.version.encode())
    for path in sorted(_files()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def build() -> Path:
    """Build what changed since the last time and return the built template."""
    stamp, template = LOCAL / "build.sha256", BUILT / "template.yaml"
    with _alone():
        wanted = fingerprint()
        if template.exists() and stamp.exists() and stamp.read_text() == wanted:
            return template
        stamp.unlink(missing_ok=True)
        command: list[str | Path] = [SAM, "build", "--config-env", "local", "--build-dir", str(BUILT)]
        command += ["--parameter-overrides", f"Architecture={ARCHITECTURE}"]
        run(command, cwd=ROOT, env=environment(), log=LOCAL / "build.log")
        stamp.write_text(wanted)
    return template


def _files() -> Iterator[Path]:
    for name in INPUTS:
        path = ROOT / name
        yield from (
            [path]
            if path.is_file()
            else (file for file in path.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
        )


@contextmanager
def _alone() -> Iterator[None]:
    """Let no two builds write the same folder."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
