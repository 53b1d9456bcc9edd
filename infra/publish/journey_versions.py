"""Versions of journeys: who is in one stays on the version that let them in, for as long as that may be."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from tandem.playbook import Journey, Playbook

_LATE: Final = timedelta(days=1)  # for what is handled after its time


def versioned(
    journeys: Sequence[Journey], before: Playbook | None, *, number: int, since: datetime
) -> tuple[tuple[Journey, ...], tuple[Journey, ...]]:
    """The journeys with their versions, and the former versions that somebody may still be in at `since` (aware).

    A journey that `before` has with the same definition keeps its version, whatever its words and status. Any other is
    of this `number`, and the one it replaces is former from then on. One that is there no more is ended, in all its
    versions: who is in it leaves. If it comes back, or goes on after it was ended, it is a new one: nobody is in it.
    """
    held = before.journey_by_id if before else {}
    given = tuple(_given(journey, held.get(journey.id), number) for journey in journeys)
    return given, tuple(_former(given, before, since))


def _given(journey: Journey, old: Journey | None, number: int) -> Journey:
    is_back = old is not None and old.status == "ended" and journey.status != "ended"
    stays = old is not None and not is_back and old.definition() == journey.definition()
    version = old.version if old and stays else number
    return journey.model_copy(update={"version": version, "replaced_at": None})


def _former(journeys: Sequence[Journey], before: Playbook | None, since: datetime) -> Iterator[Journey]:
    if before is None:
        return
    now = {journey.id: journey for journey in journeys}
    kept = {(journey.id, journey.version) for journey in journeys}
    replaced = [each for each in before.journeys if (each.id, each.version) not in kept]
    for old in (*before.former, *(each.model_copy(update={"replaced_at": since}) for each in replaced)):
        if (old.id, old.version) in kept or (old.replaced_at or since) + old.max_duration + _LATE <= since:
            continue
        is_over = (
            old.status == "ended" or old.id not in now
        )  # whoever was in it has left, and does not come back with it
        status = "ended" if is_over else now[old.id].status
        yield old.model_copy(update={"status": status})


def removed(journeys: Sequence[Journey], before: Playbook | None) -> tuple[str, ...]:
    """The journeys of `before` that are there no more: publishing ends them."""
    ids = {journey.id for journey in journeys}
    return tuple(each.id for each in before.journeys if each.id not in ids) if before else ()


def replaced(journeys: Sequence[Journey], before: Playbook | None) -> tuple[Journey, ...]:
    """The journeys of which there is a new version, as they were."""
    old = before.journey_by_id if before else {}
    return tuple(old[each.id] for each in journeys if each.id in old and old[each.id].definition() != each.definition())
