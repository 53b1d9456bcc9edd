"""A report in, a folder of pages out."""

from pathlib import Path

from infra.pages.model import Report


def write(report: Report, out: Path) -> Path:
    """Write `index.html`, `customers/<id>.html`, `mails/<decision>.html` and `.eml`; return the index."""
    raise NotImplementedError
