"""Amounts as text: plain and unambiguous in every language."""

from tandem.events.money import decimals, to_major


def money_text(minor: int, currency: str) -> str:
    """Dollars with their sign, every other currency with its code.

    >>> money_text(123450, "USD"), money_text(1200, "JPY")
    ('$1,234.50', 'JPY 1,200')
    """
    amount = f"{to_major(minor, currency):,.{decimals(currency)}f}"
    return f"${amount}" if currency == "USD" else f"{currency} {amount}"
