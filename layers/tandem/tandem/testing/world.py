"""A shop in memory, for one test: its playbook is live, and its clock jumps."""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from tandem.adapters.live_item import Stoppable
from tandem.sending import Reason
from tandem.testing.expect import Expect
from tandem.testing.moments import read_length, read_moment
from tandem.testing.past import Amount
from tandem.testing.person import Person
from tandem.testing.reading import first_edition
from tandem.testing.stage import Stage
from tandem.testing.story import story


@dataclass(frozen=True, repr=False)
class World:
    """The playbook in `folder`, published long ago. Raises BadPlaybook."""

    folder: Path | str
    _people: dict[str, Person] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"<World of {Path(self.folder).resolve().name}>"

    @cached_property
    def stage(self) -> Stage:
        """What it is made of."""
        return Stage([first_edition(Path(self.folder).resolve())])

    @cached_property
    def expect(self) -> Expect:
        """What the test expects."""
        return Expect(self.stage)

    def customer(self, customer_id: str = "ada") -> Person:
        """Somebody; the same id is the same person."""
        return self._people.setdefault(customer_id, Person(customer_id, self.stage))

    # ------------------------------------------------------------------------------------------------------ the clock

    def at(self, when: str, zone: str = "") -> None:
        """It is `2026-03-29 01:30` in a zone; from the second time on also `09:00`, the next time that it is nine.

        Everything that is due until then, and then, happens first, each at its own time. The first time says when the
        test begins, and the zone holds until another is named (the shop's, if none ever is). Of a time that the clock
        shows twice it is the first. Raises ValueError for one that it skips, and for one that has passed.
        """
        stage = self.stage
        if zone:
            stage.zone = ZoneInfo(zone)
        if not stage.has_begun:
            return stage.begin(read_moment(when, stage.zone))
        moment = read_moment(when, stage.zone, stage.now)
        if moment < stage.now:
            raise ValueError(f"{when} has passed: it is {stage.now.astimezone(stage.zone):%Y-%m-%d %H:%M}")
        return stage.running.go_to(moment)

    def wait(self, *, days: float = 0, hours: float = 0, minutes: float = 0, seconds: float = 0) -> None:
        """So much time passes, and everything that is due happens. A day is 24 hours, also where the clock changes."""
        length = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
        self.stage.running.go_to(self.stage.now + length)

    # ------------------------------------------------------------------------------------------------ what operators do

    def tiers(self, low: Amount, medium: Amount) -> None:
        """The largest average baskets of the tiers low (30, if nobody says) and medium (60), in the shop's currency."""
        self.stage.tiers = (low, medium)
        if self.stage.has_begun:
            self.stage.snapshot()

    def sending(self, delay: timedelta | str = "0s", *, refuse: str = "") -> None:
        """From now on messages leave so long after they were decided; or the provider refuses them, with a reason such
        as `provider_rejected`. A delay beyond the time that a message has lets it expire."""
        sender = self.stage.running.sender
        sender.delay = read_length(delay)
        sender.refuses = Reason(refuse) if refuse else None

    def stop(self, kind: str, name: str = "") -> None:
        """`everything`, `channel` sms, `campaign` birthday; of a journey `paused` welcome or `ended` welcome."""
        self.stage.hold(Stoppable(kind), name, stopped=True)

    def resume(self, kind: str, name: str = "") -> None:
        """What was stopped goes on."""
        self.stage.hold(Stoppable(kind), name, stopped=False)

    def publish(self, folder: Path | str, at: str = "") -> None:
        """The playbook in another folder takes the place of the one that is live, at once or at a time to come. Raises
        BadPlaybook."""
        stage = self.stage
        stage.publish(Path(folder), read_moment(at, stage.zone, stage.now) if at else None)

    def why(self) -> None:
        """Prints everything that happened, customer by customer."""
        for who in dict.fromkeys(each.customer_id for each in self.stage.happened):
            print(story(self.stage, who))
