"""Numbers and amounts as a language writes them (UTS #35, part 3)."""

import unicodedata
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

from pydantic import BaseModel, ConfigDict

from tandem.content.money import money_text
from tandem.events.money import decimals

LARGEST: Final = 10**18
_LATIN: Final = "0123456789"
_GAP: Final = "\u00a0"


class Numbers(BaseModel):
    """One language's signs and patterns. In a pattern `#` is the number, `¤` the currency and `-` the minus sign; the
    first is for what is positive, the second for what is negative.

    `sizes` are how many digits the last group has, and each before it: 12,34,567 is (3, 2). `least` is how many digits
    have to stand before the last group: with 2 it is 1234, but 12.345. Without `money` an amount is `money_text`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    digits: str = _LATIN
    decimal: str = "."
    group: str = ","
    minus: str = "-"
    sizes: tuple[int, int] = (3, 3)
    least: int = 1
    most_decimals: int = 3
    plain: tuple[str, str] = ("#", "-#")
    money: tuple[str, str] | None = None
    money_sizes: tuple[int, int] = (3, 3)
    money_decimal: str | None = None
    money_group: str | None = None
    symbols: dict[str, str] = {}

    def text(self, number: int | Decimal) -> str:
        """`number` with the digits it has, three after the sign at most (half to even). Raises ValueError beyond 10^18
        and for what is no number."""
        exact = Decimal(number)
        if not exact.is_finite() or abs(exact) > LARGEST:
            raise ValueError(f"{number} is no number that can be written out")
        rounded = exact.quantize(Decimal(1).scaleb(-self.most_decimals), rounding=ROUND_HALF_EVEN)
        whole, _, fraction = f"{abs(rounded):f}".partition(".")
        written = self._digits(whole, fraction.rstrip("0"), self.decimal, self.group, self.sizes)
        return _fill(self.plain[rounded < 0], {"#": written, "-": self.minus})

    def amount(self, minor: int, currency: str) -> str:
        """An amount in minor units, with the decimals of its currency."""
        if self.money is None:
            return money_text(minor, currency)
        places = decimals(currency)
        written = str(abs(minor)).zfill(places + 1)
        whole, fraction = written[: len(written) - places], written[len(written) - places :]
        number = self._digits(
            whole, fraction, self.money_decimal or self.decimal, self.money_group or self.group, self.money_sizes
        )
        symbol = self.symbols.get(currency, currency)
        pattern = _spaced(self.money[minor < 0], symbol)
        return _fill(pattern, {"#": number, "¤": symbol, "-": self.minus})

    def in_digits(self, text: str) -> str:
        """`text` with the language's own digits."""
        return text if self.digits == _LATIN else text.translate(str.maketrans(_LATIN, self.digits))

    def _digits(self, whole: str, fraction: str, decimal: str, group: str, sizes: tuple[int, int]) -> str:
        written = _grouped(whole, group, sizes) if len(whole) >= sizes[0] + self.least else whole
        return self.in_digits(written + decimal + fraction if fraction else written)


def _grouped(whole: str, sign: str, sizes: tuple[int, int]) -> str:
    rest, groups = whole[: -sizes[0]], [whole[-sizes[0] :]]
    while rest:
        rest, last = rest[: -sizes[1]], rest[-sizes[1] :]
        groups.insert(0, last)
    return sign.join(group for group in groups if group)


def _spaced(pattern: str, symbol: str) -> str:
    """A currency that touches the digits with a letter is set off (UTS #35, currencySpacing): USD 5, but $5."""
    if _touches(symbol[-1]):
        pattern = pattern.replace("¤#", f"¤{_GAP}#")
    return pattern.replace("#¤", f"#{_GAP}¤") if _touches(symbol[0]) else pattern


def _touches(character: str) -> bool:
    return unicodedata.category(character)[0] not in "SZ"


def _fill(pattern: str, values: dict[str, str]) -> str:
    return "".join(values.get(character, character) for character in pattern)
