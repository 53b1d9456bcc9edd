"""`python -m infra.docs` makes the README's picture and its `tandem why` anew; with --check it says what is stale.

Both come from real orders through the real code, on a fixed day: the same code gives the same bytes.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from infra.docs.files import Made, make, stale, write
from infra.local.paths import ROOT
from infra.pages.browser import find_browser


def main(argv: Sequence[str]) -> int:
    """The command; 1 when something is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m infra.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing, say what is stale")
    return (check if parser.parse_args(argv).check else renew)(ROOT, make())


def renew(root: Path, made: Made) -> int:
    """Makes everything anew, and says what could not be."""
    print(write(root, made))
    if not find_browser():
        print("For the picture: make browser, or apt-get install chromium (Debian), then make docs")
    return _told(stale(root, made))


def check(root: Path, made: Made) -> int:
    """Changes nothing."""
    found = _told(stale(root, made))
    if found:
        print("run: make docs")
    return found


def _told(problems: Sequence[str]) -> int:
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
