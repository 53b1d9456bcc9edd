"""Compiles the slow brain's Ibis expressions to the SQL that its Lambda runs.

python -m infra.sql          writes layers/tandem/tandem/profiles/sql/*.sql
python -m infra.sql --check  says which committed files differ from it, and fails then
"""

import sys
from pathlib import Path
from typing import Final

import ibis

from tandem.profiles import expressions

FOLDER: Final = Path(expressions.__file__).parents[1] / "sql"
NOTE: Final = "-- Written by `python -m infra.sql` from tandem/profiles/expressions: change it there.\n"


def compiled() -> dict[str, str]:
    """The text of every SQL file by its name."""
    return {
        f"{name}.sql": f"{NOTE}{ibis.to_sql(expression(), dialect='duckdb')}\n"
        for name, expression in expressions.EXPRESSIONS.items()
    }


def stale(folder: Path = FOLDER) -> list[str]:
    """Names of files that are missing, differ from what Ibis generates now, or are no longer generated."""
    held = {path.name: path.read_text() for path in folder.glob("*.sql")}
    wanted = compiled()
    return sorted(name for name in held.keys() | wanted.keys() if held.get(name) != wanted.get(name))


def write(folder: Path = FOLDER) -> None:
    """Make `folder` hold exactly what Ibis generates now."""
    folder.mkdir(exist_ok=True)
    wanted = compiled()
    for path in folder.glob("*.sql"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text)


def main(arguments: list[str]) -> int:
    """The command; the exit code."""
    if arguments == ["--check"]:
        for name in stale():
            print(f"{name} is not what the expressions say; run: python -m infra.sql")
        return 1 if stale() else 0
    write()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
