"""`python -m infra.demo.mailbox ADDRESS`: the newest mail to an address on the local stack, opened."""

import json
import os
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Mapping
from typing import Any, Final

from infra.local.paths import ROOT

_OUT: Final = ROOT / "out/newest-mail.html"
_PATIENCE: Final = 10  # seconds, for a mail that is on its way


def newest(accounts: Mapping[str, list[Mapping[str, Any]]], address: str) -> Mapping[str, Any] | None:
    """The mail sent last to the address, of what the local stack shows by account."""
    mails = [mail for account in accounts.values() for mail in account if address in mail["To"]]
    return max(mails, key=lambda mail: mail["Timestamp"], default=None)


def main(arguments: list[str]) -> int:
    """The command; the exit code."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "")
    if len(arguments) != 1 or not endpoint.startswith("http://127.0.0.1:"):
        print("usage: python -m infra.demo.mailbox ADDRESS, with AWS_ENDPOINT_URL set as `make demo` shows it")
        return 2
    mail = _wait_for(endpoint, arguments[0])
    if mail is None:
        print(f"no mail to {arguments[0]}")
        return 1
    _OUT.parent.mkdir(exist_ok=True)
    _OUT.write_text(mail["BodyHtml"] or "", encoding="utf-8")
    print(f"{mail['Subject']}\n\n{mail['BodyText']}\n{_OUT}")
    webbrowser.open(_OUT.as_uri())
    return 0


def _wait_for(endpoint: str, address: str) -> Mapping[str, Any] | None:
    """A mail that left a moment ago, else the newest there is: an order just emitted takes a second."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        with urllib.request.urlopen(f"{endpoint}/_ministack/ses/messages", timeout=10) as answer:  # noqa: S310
            mail = newest(json.load(answer)["messages"], address)
        if time.monotonic() > deadline or (mail and time.time() - mail["Timestamp"] < _PATIENCE * 6):
            return mail
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
