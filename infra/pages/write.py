"""A report in, a folder of pages out."""

from collections.abc import Iterator
from pathlib import Path

from infra.pages import pages
from infra.pages.model import Report
from infra.pages.names import customer_page, look_page, mail_file, mail_page


def write(report: Report, out: Path) -> Path:
    """Write `index.html`, `customers/<id>.html`, `mails/<decision>.html` and `.eml`; return the index.

    Pages of an earlier run are removed. The same report gives the same bytes.
    """
    for folder in (out / "customers", out / "mails"):
        folder.mkdir(parents=True, exist_ok=True)
        for old in (*folder.glob("*.html"), *folder.glob("*.eml")):
            old.unlink()
    for name, content in _files(report):
        (out / name).write_bytes(content)
    return out / "index.html"


def _files(report: Report) -> Iterator[tuple[str, bytes]]:
    for customer in report.customers:
        yield customer_page(customer.customer_id), pages.encoded(pages.customer(report, customer))
    shown = [mail for customer in report.customers for mail in customer.mails]
    for mail in (*shown, *(mail for story in report.stories for mail in story.mails)):
        yield mail_page(mail.decision_id), pages.encoded(mail.html)
        yield mail_file(mail.decision_id), mail.eml
    for look in report.looks:
        yield look_page(look.template, night=False), pages.encoded(look.day)
        yield look_page(look.template, night=True), pages.encoded(look.night)
    yield "index.html", pages.encoded(pages.index(report))
