"""How a language writes numbers, amounts, dates and counts: CLDR's rules as plain data, applied without any library."""

from tandem.content.locale.dates import STYLES, Dates, Style
from tandem.content.locale.formats import PLAIN, Day, Formats
from tandem.content.locale.numbers import Numbers
from tandem.content.locale.plurals import CATEGORIES, Plurals, Relation

__all__ = [
    "CATEGORIES",
    "PLAIN",
    "STYLES",
    "Dates",
    "Day",
    "Formats",
    "Numbers",
    "Plurals",
    "Relation",
    "Style",
]
