"""Run a tool quietly, and show what it said when it fails."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class StackError(Exception):
    """The local stack could not be built, started or deployed."""


def run(command: Sequence[str | Path], *, cwd: Path, env: Mapping[str, str], log: Path) -> None:
    """Run `command`; what it says goes to `log`, and the end of it into the error."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w") as out:
        done = subprocess.run(command, cwd=cwd, env=dict(env), stdout=out, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        said = "\n".join(log.read_text(errors="replace").splitlines()[-40:])
        name = " ".join([Path(command[0]).name, str(command[1])])
        raise StackError(f"{name} failed with code {done.returncode}; it said (all of it in {log}):\n{said}")
