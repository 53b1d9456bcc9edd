"""A page as a whole: the index, and a customer's."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

from liquid import CachingFileSystemLoader, Environment, Markup, StrictUndefined

from infra.explain.words import count
from infra.pages import charts, shown
from infra.pages.model import TIERS, CustomerReport, Report, ShownAttribute, ShownAttributes, ShownMail, Story
from infra.pages.names import customer_page

_HERE: Final = Path(__file__).parent
_EXCERPT: Final = 5  # entries of a timeline shown in a story


def index(report: Report) -> str:
    """The first page: the stories, then the numbers, then every customer."""
    customers = {customer.customer_id: customer for customer in report.customers}
    rows = [shown.row(customer) for customer in report.customers]
    summary = report.summary
    drawings = (
        ("From events to messages", charts.funnel(summary.funnel)),
        ("Customers by tier", charts.tiers(summary.tiers)),
        ("Decisions over time", charts.over_time(summary.over_time)),
    )
    return page(
        "index.html",
        title=report.title,
        made_at=shown.moment(report.made_at),
        opening=_opening(report),
        stories=[_story(number, story, customers) for number, story in enumerate(report.stories, start=1)],
        figures=shown.figures(summary),
        charts=[{"title": title, "svg": svg} for title, svg in drawings],
        matrix=shown.matrix(summary.decisions_by_campaign_and_tier),
        held_back=shown.held_back(summary.held_back),
        customers=rows,
        filters={
            "tiers": [tier for tier in TIERS if any(row["tier_class"] == tier for row in rows)],
            "outcomes": sorted({outcome for row in rows for outcome in row["outcomes"]}),
        },
        script=asset("script.js"),
        looks=[shown.look(each) for each in report.looks],
        came_of_it=report.came_of_it,
    )


def customer(report: Report, one: CustomerReport) -> str:
    """One customer's page."""
    row = shown.row(one)
    sent = len(one.mails) + len(one.texts)
    return page(
        "customer.html",
        title=row["name"],
        id=one.customer_id,
        name=row["name"],
        tier=row["tier"],
        tier_class=row["tier_class"],
        stories=[
            {"number": number, "slug": story.slug, "title": story.title}
            for number, story in enumerate(report.stories, start=1)
            if one.customer_id in story.customers
        ],
        facts=[shown.figure(label.replace("_", " "), value) for label, value in one.facts.items()],
        notes=one.notes,
        entries=shown.entries(one.entries, dict(_anchors(one))),
        mails=[shown.mail(mail) for mail in one.mails],
        texts=[shown.text(text) for text in one.texts],
        attributes=_attributes(one.attributes) if one.attributes else None,
        sent_title=f"{count(sent, 'message')}, as sent" if sent else "Nothing was sent",
    )


def _attributes(found: ShownAttributes) -> dict[str, Any]:
    rows = {"counted": found.counted, "derived": found.derived}
    return {
        **shown.attributes(found),
        **{kind: [_row(each, f"{kind}.html") for each in each_kind] for kind, each_kind in rows.items()},
    }


@lru_cache(maxsize=2048)
def _row(each: ShownAttribute, template: str) -> Markup:
    """Of hundreds of customers, most rows that say nothing are the same."""
    return Markup(_environment().get_template(template).render(each=shown.attribute(each)))  # escaped by its template


def picture(mails: Iterable[ShownMail]) -> str:
    """Mails side by side and nothing else."""
    return page("picture.html", title="The mails, side by side", mails=[shown.mail(mail) for mail in mails])


def encoded(page: str) -> bytes:
    """UTF-8; a lone surrogate, which it cannot hold, becomes a question mark."""
    return page.encode("utf-8", "replace")


def _opening(report: Report) -> str:
    summary = report.summary
    sent = sum(summary.sent_by_channel.values())
    return (
        f"{summary.events:,} events of {len(report.customers):,} customers became {summary.decisions:,} decisions "
        f"and {sent:,} messages. Here are {len(report.stories)} of them up close; every other one is below."
    )


def _story(number: int, story: Story, customers: Mapping[str, CustomerReport]) -> dict[str, Any]:
    missing = [each for each in story.customers if each not in customers]
    if missing:
        raise ValueError(f"story {story.slug}: no customer {missing[0]!r} in the report")
    of_mail = {mail.decision_id: each for each in customers.values() for mail in each.mails}
    told = [customers[each] for each in story.customers]
    side_by_side = len(story.mails) > 1
    excerpt = story.entries or (told[0].entries[-_EXCERPT:] if told and not side_by_side and not story.parts else ())
    links = {
        identifier: customer_page(each.customer_id) + anchor for each in told for identifier, anchor in _anchors(each)
    }
    return {
        "number": number,
        "slug": story.slug,
        "shape": "side-by-side" if side_by_side else "with-mail" if story.mails else "with-timeline",
        "title": story.title,
        "lead": story.lead,
        "figures": [shown.figure(label, value) for value, label in story.figures],
        "points": story.points,
        "customers": [shown.row(each) for each in told],
        "mails": [shown.mail(mail, of_mail.get(mail.decision_id)) for mail in story.mails],
        "entries": shown.entries(excerpt, links),
        "parts": [{"heading": heading, **shown.attribute(each)} for heading, each in story.parts],
    }


def _anchors(one: CustomerReport) -> Iterator[tuple[str, str]]:
    """Where each decision's message stands on the customer's page."""
    for identifier in (*(mail.decision_id for mail in one.mails), *(text.decision_id for text in one.texts)):
        yield identifier, f"#m-{identifier}"


def page(template: str, *, title: str, styles: Iterable[str] = (), **values: Any) -> str:
    """A whole page from a template, with the style sheet of all pages and those of its own."""
    body = _environment().get_template(template).render(title=title, **values)
    # Both are escaped: the body by its own template, the style is ours.
    safe, style = Markup(body), Markup("").join(asset(name) for name in ("style.css", *styles))
    return _environment().get_template("page.html").render(title=title, style=style, body=safe)


@cache
def _environment() -> Environment:
    loader = CachingFileSystemLoader(_HERE / "templates", auto_reload=False)
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=True)


@cache
def asset(name: str) -> Markup:
    """A style sheet or a script."""
    return Markup((_HERE / name).read_text(encoding="utf-8"))  # our own file
