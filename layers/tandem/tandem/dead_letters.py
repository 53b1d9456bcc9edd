"""Dead letters: messages that were tried too often. Which of them go back, and the one way they all go.

By itself each goes back three times, later each time; then it stays for a person. What can never be handled (it has a
`reason`) stays at once. A letter is first brought home, then deleted: killed in between it is there twice, which is
harmless wherever messages come more than once anyway.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

# After it was last put on its queue, where it is tried for half an hour. SQS keeps that moment when it moves it.
PAUSES: Final = (timedelta(hours=1), timedelta(hours=4), timedelta(days=1))
REDRIVEN: Final = "redriven"  # the attribute that counts


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that was held. `sent_at` (aware) is when it was put on the queue where it failed."""

    id: str
    handle: str
    body: str
    sent_at: datetime
    group: str = ""
    attributes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it can never be handled, and the field at fault; empty where it was only tried too often."""
        return " ".join(word for word in map(self._said, ("reason", "field")) if word)

    @property
    def redriven(self) -> int:
        """How often it went back by itself. Who wrote something else there wants none of it."""
        said = self._said(REDRIVEN) or "0"
        return int(said) if said.isdecimal() else len(PAUSES)

    @property
    def content(self) -> str:
        """What was published, without the topic's envelope around it."""
        with suppress(ValueError, TypeError, KeyError):
            return str(json.loads(self.body)["Message"])
        return self.body

    def _said(self, name: str) -> str:
        return str(self.attributes.get(name, {}).get("StringValue", ""))


def is_due(letter: Letter, now: datetime) -> bool:
    """Whether it goes back by itself now."""
    if letter.reason or letter.redriven >= len(PAUSES):
        return False
    return now - letter.sent_at >= PAUSES[letter.redriven]


@dataclass(frozen=True, slots=True)
class Brought:
    """`left` could not be brought and stay; `refused` of the others are known not to be understood."""

    left: Sequence[Letter] = ()
    refused: int = 0


class Letters(Protocol):
    """A dead-letter queue with the way home of what lies there. Every method raises Unavailable."""

    def receive(self) -> list[Letter]:
        """Some of them, kept from others for a minute. None: there are no more, or none that could be seen."""
        ...

    def bring(self, letters: Sequence[Letter]) -> Brought:
        """Brings them where they belong, and deletes each that is there."""
        ...

    def release(self, letters: Sequence[Letter]) -> None:
        """Lets others see them again, at once."""
        ...

    def mark(self, letter: Letter) -> str:
        """By which one that comes back is known."""
        ...


@dataclass(slots=True)
class Redriven:
    """`refused` of the `moved` ones are not understood; `left` came back meanwhile or could not be brought.

    `waiting` are those whose time has not come, or never comes.
    """

    moved: int = 0
    refused: int = 0
    left: int = 0
    waiting: int = 0


def redrive(
    letters: Letters,
    wanted: Callable[[Letter], bool] = lambda _: True,
    has_time: Callable[[], bool] = lambda: True,
    advance: Callable[[int], None] = lambda _: None,
) -> Redriven:
    """Brings home what is wanted. What comes back while this runs is left alone, or it would never end."""
    done, gone = Redriven(), set[str]()
    with _held(letters) as held:
        while has_time() and (batch := letters.receive()):
            fresh = [each for each in batch if each.id not in held and letters.mark(each) not in gone]
            held |= {each.id: each for each in batch}
            chosen = list({letters.mark(each): each for each in fresh if wanted(each)}.values())
            brought = letters.bring(chosen)
            moved = {each.id for each in chosen} - {each.id for each in brought.left}
            gone |= {letters.mark(held.pop(each)) for each in moved}
            done.moved += len(moved)
            done.refused += brought.refused
            done.waiting += sum(not wanted(each) for each in fresh)
            advance(len(moved))
            if not fresh:
                break
        done.left = len(held) - done.waiting
    return done


@contextmanager
def _held(letters: Letters) -> Iterator[dict[str, Letter]]:
    """What stays, by its id; in the end others see it again."""
    held: dict[str, Letter] = {}
    try:
        yield held
    finally:
        letters.release(list(held.values()))
