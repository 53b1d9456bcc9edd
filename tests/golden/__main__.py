"""`make golden` keeps the mails as they look now: pictures that look as before stay as they are."""

import sys
from typing import Final

from infra.pages.browser import BrowserError, browsing
from tests.golden.kept import differences, keep, kept, left_over
from tests.golden.sheets import drawn, sheets

_LACKS: Final = "The mails are pictured by a browser: make browser, or apt-get install chromium (Debian)."


def main() -> int:
    """The command."""
    wanted = list(sheets())
    try:
        with browsing() as browser:
            for sheet in wanted:
                was, now = kept(sheet), drawn(sheet, browser)
                if was is None or differences(sheet, was, now):
                    print("new" if was is None else "changed", keep(sheet, now))
    except BrowserError as error:
        print(f"{error}\n{_LACKS}", file=sys.stderr)
        return 1
    for old in left_over(wanted):
        old.unlink()
        print("gone", old)
    return 0


if __name__ == "__main__":
    sys.exit(main())
