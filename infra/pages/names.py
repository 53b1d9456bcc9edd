"""The names of the files, safe whatever the ids hold and the same every time."""

import hashlib
import re
from typing import Final

_SAFE: Final = re.compile(r"[a-z0-9_-]{1,80}")


def customer_page(customer_id: str) -> str:
    """Where a customer's page is, seen from the index."""
    return f"customers/{file_name(customer_id)}.html"


def mail_page(decision_id: str) -> str:
    """Where a mail's HTML is, seen from the index."""
    return f"mails/{file_name(decision_id)}.html"


def mail_file(decision_id: str) -> str:
    """Where the whole message is, seen from the index."""
    return f"mails/{file_name(decision_id)}.eml"


def look_page(template: str, *, night: bool) -> str:
    """Where the look of a template's mails is, seen from the index."""
    return f"mails/{file_name(f'look-{template}-{"night" if night else "day"}')}.html"


def file_name(identifier: str) -> str:
    """An id as a part of a file's name: itself where it is plain; else its plain part and a hash, so that no two
    ids share a file."""
    if _SAFE.fullmatch(identifier):
        return identifier
    plain = re.sub(r"[^a-z0-9_-]+", "-", identifier.lower()).strip("-")[:40]
    return f"{plain}.{hashlib.sha256(identifier.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}".lstrip(".")
