"""What names in templates stand for: a text, a number, a day, a list, a thing with parts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from tandem.attributes import Ruleset
from tandem.content import Brand
from tandem.content.brand import Logo
from tandem.expressions import Kind as Of


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, by what a marketer calls it. `ours`: no customer and no event can say what it is."""

    called: str
    ours: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Several:
    """A list of one kind."""

    of: "Kind"


@dataclass(frozen=True, slots=True)
class Thing:
    """What has parts. It is not printed itself."""

    parts: Mapping[str, "Part"] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Refused:
    """What is there, and not for templates: why."""

    reason: str


Kind = Scalar | Several | Thing | Refused


@dataclass(frozen=True, slots=True)
class Part:
    """A name's kind, and whether it may be absent."""

    kind: Kind
    absent: bool = False


TEXT: Final = Scalar("a text")
OURS: Final = Scalar("a text", ours=True)
NUMBER: Final = Scalar("a number", ours=True)
DAY: Final = Scalar("a day")
YES_NO: Final = Scalar("yes or no")
NOTHING: Final = Scalar("nothing")
ANY: Final = Scalar("anything")  # told of already, or not to be known
SCALARS: Final[Mapping[Of, Scalar]] = {
    Of.STRING: TEXT,
    Of.INT: NUMBER,
    Of.DOUBLE: NUMBER,
    Of.BOOL: YES_NO,
    Of.TIMESTAMP: DAY,
}
Names = Mapping[str, Part]


def thing(kinds: Mapping[str, Kind], *, absent: bool = False) -> Thing:
    """A thing whose parts are all there, or may all be absent."""
    return Thing({name: Part(kind, absent) for name, kind in kinds.items()})


def parts(**kinds: Kind) -> Thing:
    """A thing whose parts are all there."""
    return thing(kinds)


def _and_maybe(whole: Thing, **kinds: Kind) -> Thing:
    return Thing({**whole.parts, **thing(kinds, absent=True).parts})


_COVER: Final = parts(sleeve=OURS, label=OURS)
_LINE: Final = _and_maybe(parts(name=TEXT, quantity=NUMBER, url=TEXT, cover=_COVER), price=TEXT, image=TEXT)
_TIP: Final = _and_maybe(parts(name=TEXT, tip=TEXT, price=TEXT, url=TEXT, cover=_COVER), image=TEXT)
_RECOMMENDED: Final = _and_maybe(parts(name=TEXT, price=TEXT, url=TEXT, cover=_COVER), tip=TEXT, image=OURS)
# What happened: whether it is there at all, the campaign's start says.
HAPPENED: Final = ("order", "cart")
_OFFER: Final = _and_maybe(parts(code=TEXT, text=TEXT), until=DAY)


def variables(rules: Ruleset, given: frozenset[str], *, offers: bool = False) -> Names:
    """What words may name: `given` are those of HAPPENED that every message of the template speaks of."""
    customer = _and_maybe(parts(tier=OURS), first_name=TEXT)
    own = {name: Part(_of_attribute(name, rule.value_kind), absent=True) for name, rule in rules.by_attribute.items()}
    known: dict[str, Kind] = {
        "shop": parts(name=OURS, url=OURS, postal_address=OURS),
        "customer": Thing({**own, **customer.parts}),
        "lines": Several(_LINE),
        "more_lines": NUMBER,
        "tips": Several(_TIP),
        "recommendations": Several(_RECOMMENDED),
        "offer": _and_maybe(thing({"code": TEXT, "text": TEXT}, absent=not offers), until=DAY),
    }
    for name in HAPPENED:
        known[name] = _and_maybe(thing({"id": TEXT, "url": TEXT}, absent=name not in given), total=TEXT, date=DAY)
    return {name: Part(kind) for name, kind in known.items()}


def of_designs(names: Names, brand: Brand, phrases: frozenset[str]) -> Names:
    """What designs may name beside: `phrases` are those of any language."""
    action = parts(label=TEXT, url=TEXT)
    message = parts(
        subject=TEXT,
        preheader=TEXT,
        heading=TEXT,
        paragraphs=Several(TEXT),
        show=Several(TEXT),
        picture=Several(parts(url=OURS, alt=TEXT)),
        offer=Several(_OFFER),
        action=action,
    )
    more: dict[str, Kind] = {
        "message": message,
        "phrases": thing(dict.fromkeys(phrases, TEXT)),
        "brand": _of_brand(brand),
        "locale": TEXT,
        "direction": OURS,
        "unsubscribe_url": TEXT,
    }
    return {**names, **{name: Part(kind) for name, kind in more.items()}}


def _of_attribute(name: str, kind: Of) -> Kind:
    return SCALARS.get(kind) or Refused(f"customer.{name} is a {kind}: only single values can be said")


def _of_brand(brand: Brand) -> Thing:
    found = _of_value(brand.names)
    if not isinstance(found, Thing):
        raise TypeError("a brand has parts")
    logo = thing(dict.fromkeys(Logo.model_fields, OURS))
    return Thing({**found.parts, "logo": Part(logo, absent=not brand.logo)})


def _of_value(value: Any) -> Kind:
    match value:
        case dict():
            return thing({str(name): _of_value(each) for name, each in value.items()})
        case int():
            return NUMBER
        case _:
            return OURS
