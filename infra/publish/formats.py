"""What Babel knows of the languages that words are written in (Unicode CLDR), as the plain data that `send` applies.

Babel's data lacks two things, which are written down here: the digits of a numbering system, and after how many digits
groups begin.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final

from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.dates import get_day_names, get_era_names, get_month_names, tokenize_pattern
from babel.localedata import locale_identifiers
from babel.numbers import NumberPattern
from babel.plural import PluralRule

from tandem.content.locale import CATEGORIES, STYLES, Dates, Formats, Numbers, Plurals, Relation
from tandem.content.model import nearest

# The zero of each numbering system that a language uses by itself (CLDR's numberingSystems.xml).
_ZEROS: Final[Mapping[str, int]] = {
    "adlm": 0x1E950,
    "arab": 0x660,
    "arabext": 0x6F0,
    "beng": 0x9E6,
    "cakm": 0x11136,
    "deva": 0x966,
    "hmnp": 0x1E140,
    "latn": 0x30,
    "mtei": 0xABF0,
    "mymr": 0x1040,
    "nkoo": 0x7C0,
    "olck": 0x1C50,
    "tibt": 0xF20,
}
# CLDR's minimumGroupingDigits where it is not 1, by language and by language and territory (CLDR 48, as ICU 78 has it).
_LEAST: Final[Mapping[str, int]] = {
    **dict.fromkeys(("be", "bg", "et", "hu", "hy", "ia", "ie", "it", "ka", "lv", "pl", "sl", "sq"), 2),
    **dict.fromkeys(("es_EA", "es_ES", "es_GQ", "es_IC", "es_PH", "ru_UA"), 2),
    **{f"pt_{territory}": 2 for territory in ("CH", "CV", "GQ", "GW", "LU", "MO", "MZ", "PT", "ST", "TL")},
    "ee": 3,
}
_LEAST_BY_ITSELF: Final = {"es": 2}  # Spanish of no country is Spain's, but a country's need not be
_BELOW_A_MILLION: Final = (*range(2_000), *range(2_000, 1_000_000, 1_000))


def formats_of(locales: Iterable[str]) -> dict[str, Formats]:
    """The formats of each of these locales that is known, its regions included."""
    found = {written: _base(written) for written in locales}
    return {written: _with_regions(base) for written, base in found.items() if base}


def needed_forms(locale: str) -> tuple[str, ...]:
    """The categories that a `plural` has to have in a locale; `one` and `other` for a language that nobody knows."""
    base = _base(locale)
    return _plurals(base).needed if base else Plurals().needed


def _base(written: str) -> Locale | None:
    for each in nearest(written):
        try:
            return Locale.parse(each, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    return None


@cache
def _written(identifier: str) -> Formats:
    locale = Locale.parse(identifier)
    return Formats(numbers=_numbers(locale), dates=_dates(locale), plurals=_plurals(locale))


def _with_regions(base: Locale) -> Formats:
    formats = _written(str(base))
    plain = formats.model_dump(mode="json", exclude={"regions"})
    regions: dict[str, dict[str, Any]] = {}
    for territory, identifier in _regions(base):
        if difference := _difference(plain, _written(identifier).model_dump(mode="json", exclude={"regions"})):
            regions[territory] = difference
    return formats.model_copy(update={"regions": regions})


def _regions(base: Locale) -> Iterator[tuple[str, str]]:
    """The same language in the same script, elsewhere."""
    for identifier in sorted(locale_identifiers()):
        if identifier.partition("_")[0] == base.language:
            locale = Locale.parse(identifier)
            if locale.territory and not locale.variant and _script(locale) == _script(base):
                yield locale.territory, identifier


def _script(locale: Locale) -> str:
    if locale.script:
        return locale.script
    likely = get_global("likely_subtags")
    found = likely.get(f"{locale.language}_{locale.territory}") or likely.get(locale.language) or "_Latn_"
    return str(found).split("_")[1]


def _difference(base: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """What of `other` is not as in `base`. A currency that has no sign in `other` is written as its code."""
    found: dict[str, Any] = {}
    for name, value in other.items():
        if name == "symbols":
            value = {**{code: code for code in base[name]}, **value}  # noqa: PLW2901
        if isinstance(value, dict) and isinstance(base.get(name), dict):
            if inner := _difference(base[name], value):
                found[name] = inner
        elif name not in base or base[name] != value:
            found[name] = value
    return found


def _numbers(locale: Locale) -> Numbers:
    system = locale.default_numbering_system
    signs = {**locale.number_symbols["latn"], **locale.number_symbols[system]}
    plain, money = locale.decimal_formats[None], locale.currency_formats["standard"]
    return Numbers(
        digits="".join(chr(_ZEROS[system] + digit) for digit in range(10)),
        decimal=signs["decimal"],
        group=signs["group"],
        minus=signs["minusSign"],
        sizes=plain.grouping,
        least=_least(locale),
        most_decimals=plain.frac_prec[1],
        plain=_pattern(plain),
        money=_pattern(money),
        money_sizes=money.grouping,
        money_decimal=signs.get("currencyDecimal"),
        money_group=signs.get("currencyGroup"),
        symbols={code: sign for code, sign in sorted(locale.currency_symbols.items()) if sign != code},
    )


def _least(locale: Locale) -> int:
    by_territory = _LEAST.get(f"{locale.language}_{locale.territory}") or _LEAST.get(locale.language, 1)
    return by_territory if locale.territory else _LEAST_BY_ITSELF.get(locale.language, by_territory)


def _pattern(pattern: NumberPattern) -> tuple[str, str]:
    positive, negative = (
        f"{prefix}#{suffix}".replace("'", "") for prefix, suffix in zip(pattern.prefix, pattern.suffix, strict=True)
    )
    return positive, negative


def _dates(locale: Locale) -> Dates:
    tokens = {style: tokenize_pattern(locale.date_formats[style].pattern) for style in STYLES}
    fields = {field for pattern in tokens.values() for _, field in pattern if isinstance(field, tuple)}
    return Dates(
        patterns={style: "".join(_token(token) for _, token in pattern) for style, pattern in tokens.items()},
        names={char * width: names for char, width in sorted(fields) if (names := _names(locale, char, width))},
    )


def _token(token: str | tuple[str, int]) -> str:
    return token if isinstance(token, str) else "{" + token[0] * token[1] + "}"


def _names(locale: Locale, char: str, width: int) -> tuple[str, ...]:
    """The names that a field of a pattern prints; none where it prints a number."""
    wide: Any = {4: "wide", 5: "narrow"}.get(width, "abbreviated")
    alone: Any = "stand-alone" if char in "Lc" else "format"
    match char:
        case "M" | "L" if width >= 3:
            return _months(locale, wide, alone)
        case "E" | "c":
            return tuple(get_day_names(wide, alone, locale)[day] for day in range(7))
        case "G":
            return (get_era_names(wide, locale)[1],)
        case "y" | "d" | "M" | "L":
            return ()
        case _:
            raise ValueError(f"{locale}: a date has the field {char * width}, which nobody prints")


def _months(locale: Locale, wide: Any, alone: Any) -> tuple[str, ...]:
    """Where Babel lost a language's names (`M11` stands for each), those of the nearest kind."""
    tried: Any = ((wide, alone), (wide, "stand-alone"), ("wide", "format"), ("wide", "stand-alone"))
    for width, kind in tried:
        names = get_month_names(width, kind, locale)
        if names[12] != "M12":
            break
    return tuple(names[month] for month in range(1, 13))


def _plurals(locale: Locale) -> Plurals:
    return _plurals_by(tuple(locale.plural_form.rules.items()))


@cache
def _plurals_by(written: tuple[tuple[str, str], ...]) -> Plurals:
    rule = PluralRule(written)
    trees = dict(rule.abstract)
    rules = {name: tuple(_alternatives(trees[name])) for name in CATEGORIES if name in trees}
    needed = {"other", *(rule(number) for number in _BELOW_A_MILLION)}
    return Plurals(rules=rules, needed=tuple(name for name in CATEGORIES if name in needed))


def _alternatives(tree: tuple[str, tuple[Any, ...]]) -> Iterator[tuple[Relation, ...]]:
    """CLDR's grammar has one form only: relations, bound by `and`, and those by `or`."""
    kind, parts = tree
    if kind == "or":
        for part in parts:
            yield from _alternatives(part)
    else:
        yield tuple(_relations(tree))


def _relations(tree: tuple[str, tuple[Any, ...]]) -> Iterator[Relation]:
    kind, parts = tree
    if kind == "and":
        for part in parts:
            yield from _relations(part)
    else:
        yield _relation(parts[0] if kind == "not" else tree, expected=kind != "not")


def _relation(tree: tuple[str, tuple[Any, ...]], *, expected: bool) -> Relation:
    _, (kind, operand, (_, ranges)) = tree
    if kind != "in":
        raise ValueError(f"a plural rule compares by {kind}, which CLDR does no more")
    name, inner = operand
    divisor = inner[1][1][0] if name == "mod" else 0
    return (
        (inner[0][0] if name == "mod" else name),
        divisor,
        expected,
        tuple((low[1][0], high[1][0]) for low, high in ranges),
    )
