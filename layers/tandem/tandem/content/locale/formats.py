"""All that one language needs to write a value, and the differences of its regions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from tandem.content.locale.dates import Dates, Style
from tandem.content.locale.numbers import Numbers
from tandem.content.locale.plurals import Plurals


class Formats(BaseModel):
    """How one language writes. `regions` holds, by territory (`MX`, `419`), only what is written otherwise there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    numbers: Numbers = Numbers()
    dates: Dates = Dates()
    plurals: Plurals = Plurals()
    regions: dict[str, dict[str, Any]] = {}

    def in_region(self, territory: str) -> "Formats":
        """As it is written in a territory; as it is, where nothing is known of it."""
        if territory not in self.regions:
            return self
        if territory not in self._read:
            merged = _merged(self.model_dump(exclude={"regions"}), self.regions[territory])
            # A newer publisher may have added to it.
            self._read[territory] = Formats.model_validate(merged, extra="ignore")
        return self._read[territory]

    @cached_property
    def _read(self) -> "dict[str, Formats]":
        return {}

    def number(self, number: int | Decimal) -> str:
        """A number. Raises ValueError for one that is too large to be written out, or none at all."""
        return self.numbers.text(number)

    def money(self, minor: int, currency: str) -> str:
        """An amount in minor units of its currency."""
        return self.numbers.amount(minor, currency)

    def date(self, day: date, style: Style = "long") -> str:
        """A day, without a time."""
        return self.numbers.in_digits(self.dates.text(day, style))

    def plural(self, number: int | Decimal, forms: Mapping[str, str]) -> str:
        """The form for a number, with the number in place of `#`. Raises ValueError naming the form that is missing.

        A category that only fractions and millions take may be left out: then it is `other`.
        """
        category = self.plurals.category(number)
        if category not in forms and category not in self.plurals.needed:
            category = "other"
        if category not in forms:
            raise ValueError(f"there is no form {category} for {self.number(number)}")
        return forms[category].replace("#", self.number(number))


# What is published without formats is written as it was.
PLAIN: Final = Formats()


@dataclass(frozen=True, slots=True)
class Day:
    """A day that prints as its reader writes it, in the long form."""

    date: date
    formats: Formats

    def __str__(self) -> str:
        return self.formats.date(self.date)


def _merged(base: Mapping[str, Any], difference: Mapping[str, Any]) -> dict[str, Any]:
    """Fields within fields; anything else takes the place of what was there."""
    return {
        **base,
        **{
            name: _merged(base[name], value) if isinstance(value, dict) and isinstance(base.get(name), dict) else value
            for name, value in difference.items()
        },
    }
