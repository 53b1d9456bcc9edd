"""A report as one page, drawn."""

from typing import Any

from infra.explain.words import count
from infra.pages import pages, shown
from infra.report import drawings
from infra.report.model import Counted, Told
from infra.report.words import apart, share, verdict


def page(told: Told, *, note: str = "", home: str = "") -> bytes:
    """The whole page, in UTF-8. `note` says what of it is made up; `home` is where its other pages begin."""
    found = pages.page(
        "report.html",
        title="What came of it",
        styles=("report.css",),
        since=shown.moment(told.since),
        until=shown.moment(told.until),
        lead=_lead(told),
        note=note,
        home=home,
        campaigns=[_campaign(number, each) for number, each in enumerate(told.campaigns, start=1)],
    )
    return pages.encoded(found)


def _lead(told: Told) -> str:
    decided, sent = (sum(getattr(each, name) for each in told.campaigns) for name in ("decided", "sent"))
    reached = sum(each.reached for each in told.campaigns)
    return (
        f"{count(len(told.campaigns), 'campaign')} had something to say. {decided:,} messages were decided and "
        f"{sent:,} left; {reached:,} of these decisions came to what their campaign is for."
    )


def _campaign(number: int, each: Counted) -> dict[str, Any]:
    held_back = sorted(each.held_back.items(), key=lambda row: (-row[1], row[0]))
    refused = sorted(each.refused.items(), key=lambda row: (-row[1], row[0]))
    return {
        "id": f"campaign-{number}",
        "name": each.campaign,
        "goal": f"Its goal: {each.goal}." if each.goal else "It has no goal.",
        "figures": [shown.figure(label, value) for label, value in _figures(each)],
        "funnel": drawings.funnel(each, number),
        "sides": drawings.sides(each.compared, number) if each.compared else "",
        "apart": apart(each.compared.difference) if each.compared else "",
        "verdict": verdict(each.compared) if each.compared else "",
        "held_back": [shown.figure(shown.reason(reason), f"{times:,}") for reason, times in held_back],
        "refused": [shown.figure(shown.reason(reason), f"{times:,}") for reason, times in refused],
        "running": f"{each.running:,} of them may still come to it." if each.running else "",
    }


def _figures(each: Counted) -> list[tuple[str, str]]:
    told = [("decided", f"{each.decided:,}"), ("sent", f"{each.sent:,}")]
    told += [("reached the goal", share(each.reached, each.watched))] if each.goal else []
    rest = (("not known", each.unknown), ("on their way", each.open), ("bounced", each.bounced))
    told += [(name, f"{number:,}") for name, number in (*rest, ("complained", each.complained)) if number]
    return told
