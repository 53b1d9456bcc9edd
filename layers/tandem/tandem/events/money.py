"""Money as integers of the currency's minor unit."""

import re
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final

# ISO 4217 (list one): currencies whose minor unit is not a hundredth. Every other code has two decimals.
DECIMALS: Final[dict[str, int]] = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}
LARGEST_MINOR: Final = 10**15
_PLAIN: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def decimals(currency: str) -> int:
    """How many decimals an amount in `currency` has (2 for USD, 0 for JPY)."""
    return DECIMALS.get(currency, 2)


def read_amount(value: object) -> Decimal | None:
    """An amount as sources write it (39.95, "39.95", 40), or None for anything else."""
    if isinstance(value, str) and not _PLAIN.fullmatch(value):
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    amount = Decimal(value)
    return amount if abs(amount) <= LARGEST_MINOR else None


def to_minor(amount: Decimal, currency: str) -> int:
    """`amount` in minor units. Digits beyond the minor unit (float artefacts) are rounded half to even.

    >>> to_minor(Decimal("39.95"), "USD")
    3995
    """
    return int(amount.scaleb(decimals(currency)).quantize(Decimal(1), rounding=ROUND_HALF_EVEN))


def to_major(minor: int, currency: str) -> Decimal:
    """The inverse of `to_minor`: 3995 USD is Decimal("39.95")."""
    return Decimal(minor).scaleb(-decimals(currency))
