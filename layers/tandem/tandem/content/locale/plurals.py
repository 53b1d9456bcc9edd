"""Which of its forms a language uses for a number (UTS #35, part 3, plural rules)."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

CATEGORIES: Final = ("zero", "one", "two", "few", "many", "other")
# An operand of the number, what it is divided by (0: nothing), whether the rest is in one of the ranges, the ranges.
Relation = tuple[Literal["n", "i", "v", "w", "f", "t", "c", "e"], int, bool, tuple[tuple[int, int], ...]]


class Plurals(BaseModel):
    """The rules by category: a category is used where all relations of one of its alternatives hold. `needed` are the
    categories that whole numbers below a million take, and `other`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rules: Mapping[str, tuple[tuple[Relation, ...], ...]] = {"one": ((("n", 0, True, ((1, 1),)),),)}
    needed: tuple[str, ...] = ("one", "other")

    def category(self, number: int | Decimal) -> str:
        """The category of a number with the digits it is written with: 1 is not 1.0."""
        operands = _operands(Decimal(number))
        for category, alternatives in self.rules.items():
            if any(all(_holds(relation, operands) for relation in each) for each in alternatives):
                return category
        return "other"


def _operands(number: Decimal) -> dict[str, Decimal]:
    """As CLDR names them: n the absolute value, i its whole digits, v, w how many digits follow the point, with and
    without zeros at the end, f, t those digits as a number. c and e are for 1.2M, which is never written here."""
    size = abs(number)
    whole, _, fraction = f"{size:f}".partition(".")
    short = fraction.rstrip("0")
    texts = {"i": whole, "f": fraction or "0", "t": short or "0"}
    counts = {"v": len(fraction), "w": len(short), "c": 0, "e": 0}
    return {"n": size, **{name: Decimal(value) for name, value in (texts | counts).items()}}


def _holds(relation: Relation, operands: Mapping[str, Decimal]) -> bool:
    operand, divisor, expected, ranges = relation
    value = operands[operand] % divisor if divisor else operands[operand]
    found = value == value.to_integral_value() and any(low <= value <= high for low, high in ranges)
    return found is expected
