"""Dead letters in memory: what the simulator and the tests use."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from tandem.dead_letters import REDRIVEN, Brought, Letter


@dataclass(slots=True)
class MemoryLetters:
    """The Letters port: `lying` are the letters, `home` what takes one that is brought, which says how often it was."""

    home: Callable[[Letter], None]
    lying: dict[str, Letter] = field(default_factory=dict)
    held: dict[str, Letter] = field(default_factory=dict)

    def receive(self) -> list[Letter]:
        """All that nobody holds."""
        free = [letter for letter in self.lying.values() if letter.id not in self.held]
        self.held |= {letter.id: letter for letter in free}
        return free

    def bring(self, letters: Sequence[Letter]) -> Brought:
        """One by one: brought, then gone."""
        for letter in letters:
            count = {REDRIVEN: {"DataType": "Number", "StringValue": str(letter.redriven + 1)}}
            self.home(replace(letter, attributes={**letter.attributes, **count}))
            del self.lying[letter.id]
        return Brought(refused=sum(bool(letter.reason) for letter in letters))

    def release(self, letters: Sequence[Letter]) -> None:
        """Nobody holds them any more."""
        for letter in letters:
            self.held.pop(letter.id, None)

    def mark(self, letter: Letter) -> str:
        """It comes back as another one, with the same body."""
        return letter.body
