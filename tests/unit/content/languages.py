"""The languages that ours are compared with Babel's in, and what Babel does otherwise than CLDR."""

from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from babel import Locale
from babel.localedata import locale_identifiers

from infra.publish.formats import formats_of
from tandem.content.locale import Formats

_SPOKEN = """
af am ar ar-EG ar-SA az be bg bn bs ca cs cy da de de-AT de-CH el en en-AU en-CA en-GB en-IE en-IN en-NZ en-PH
en-US en-ZA es es-AR es-CL es-CO es-ES es-MX es-PE es-US et eu fa fa-AF fi fil fil-PH fr fr-BE fr-CA fr-CH fr-FR ga
gl gu he hi hr hu hy id is it it-CH ja ka kk km kn ko ky lo lt lv mk ml mn mr ms my nb ne nl nl-BE pa pl ps pt
pt-BR pt-PT ro ru si sk sl sq sr sr-Latn sv sw ta te th tr uk ur uz vi zh zh-Hant zh-Hant-HK zu
"""
LOCALES = tuple(_SPOKEN.split())
CURRENCIES = ("USD", "EUR", "JPY", "KWD", "PHP", "MXN", "INR", "BRL")


@cache
def formats(locale: str) -> Formats:
    """As a customer with this locale reads them, her language being the one that is published."""
    language, *rest = locale.split("-")
    script = "-".join([language, *(tag for tag in rest if len(tag) == 4)])
    territory = next((tag for tag in rest if len(tag) == 2), "")
    return formats_of([script])[script].in_region(territory)


def babel(locale: str) -> Locale:
    return Locale.parse(locale, sep="-")


@cache
def everywhere() -> tuple[str, ...]:
    """Every locale that Babel knows, as BCP 47 writes it; variants and the root aside."""
    found = (Locale.parse(each) for each in locale_identifiers() if each != "root")
    return tuple(str(each).replace("_", "-") for each in found if not each.variant)


def as_cldr_writes_it(text: str, ours: Formats) -> str:
    """What Babel printed with the digits of its numbering system, which it leaves Latin, with the language's own minus
    sign, and with a currency's letters set off from the digits."""
    spaced = "".join(_spaced(text))
    return ours.numbers.in_digits(spaced).replace("-", ours.numbers.minus)


def _spaced(text: str) -> Iterator[str]:
    for before, after in pairwise("\0" + text + "\0"):
        if (before.isdigit() and _is_of_a_word(after)) or (_is_of_a_word(before) and after.isdigit()):
            yield "\u00a0"
        if after != "\0":
            yield after


def _is_of_a_word(character: str) -> bool:
    return character.isalpha()
