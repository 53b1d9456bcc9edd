"""What was read of a playbook's folder so far, each part with the file it stands in."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import model_validator

from infra.publish.source import Source
from tandem.playbook import Campaign, Cap, Holdout, Journey, Playbook, QuietHours, Shop
from tandem.playbook.fields import Model


class Head(Model):
    """playbook.yaml. `cap` is the one of the first releases."""

    shop: Shop
    cap: Cap | None = None
    caps: tuple[Cap, ...] = ()
    quiet_hours: tuple[QuietHours, ...] = ()
    holdout: Holdout | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_quiet_time(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("quiet_hours"), dict):
            return {**data, "quiet_hours": [data["quiet_hours"]]}
        return data

    @property
    def every_cap(self) -> tuple[Cap, ...]:
        """All of them, however they are written."""
        return (*([self.cap] if self.cap else []), *self.caps)


@dataclass(slots=True)
class Parts:
    """`broken` are the names of campaigns that are written but not as they should be: nobody is told that they are
    missing. With a broken one categories are not known for sure."""

    head: tuple[Source, Head] | None = None
    campaigns: list[tuple[Source, Campaign]] = field(default_factory=list)
    journeys: list[tuple[Source, Journey]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    has_broken_journeys: bool = False

    def broken_campaign(self, path: Path, source: Source | None) -> None:
        """Remembers a campaign that could not be read, by the id it wants, else by its file's name."""
        data = source.data if source and isinstance(source.data, dict) else {}
        self.broken |= {path.stem, str(data.get("id", path.stem))}

    @property
    def campaign_ids(self) -> set[str]:
        """Every campaign there is or is meant to be."""
        return {campaign.id for _, campaign in self.campaigns} | self.broken

    @property
    def categories(self) -> set[str]:
        """Every category that a campaign is of."""
        return {campaign.category for _, campaign in self.campaigns if campaign.category}


def parts_of(playbook: Playbook) -> Parts:
    """Those of a published playbook, which has no files: they are named by what they hold."""
    head = Head(shop=playbook.shop, caps=playbook.caps, quiet_hours=playbook.quiet_hours, holdout=playbook.holdout)
    return Parts(
        (Source("playbook", None, {}), head),
        [(Source(f"campaign {each.id}", None, {}), each) for each in playbook.campaigns],
        [(Source(f"journey {each.id}", None, {}), each) for each in playbook.journeys],
    )
