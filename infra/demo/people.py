"""Made-up contacts for real customers: names, addresses that reach nobody, languages, and what they said yes to."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

# example.com, and +1 … 555 0100 to 0199, are reserved: no mail and no text can reach anybody.
_AREAS: Final = ("202", "212", "312", "415", "617")
_LOCALES: Final = ("en",) * 5 + ("en-US",) * 2 + ("es", "es-MX", "fil")
_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "en": ("Alice", "Ben", "Chloe", "Daniel", "Ellen", "Frank", "Grace", "Henry", "Iris", "Jack", "Kate", "Leo"),
    "es": ("Alba", "Bruno", "Carmen", "Diego", "Elena", "Iván", "Lucía", "Mateo", "Noelia", "Pablo", "Sofía", "Íñigo"),
    "fil": ("Amihan", "Bayani", "Dalisay", "Isagani", "Ligaya", "Luningning", "Makisig", "Tala"),
}
_PHONE_ONLY: Final = 0.08
_NEVER_ASKED: Final = 0.08
_SAID_NO: Final = 0.04
_ALSO_PHONE: Final = 0.25
_NAMELESS: Final = 0.03


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer is in the demo. What is not known is empty; `consents` holds only what was said."""

    customer_id: str
    first_name: str = ""
    email: str = ""
    phone: str = ""
    locale: str = "en"
    consents: Mapping[str, bool] = field(default_factory=dict)

    def traits(self) -> dict[str, Any]:
        """The properties of the `customer_identified` that makes this known."""
        said = {"first_name": self.first_name, "email": self.email, "phone": self.phone, "locale": self.locale}
        return {**{name: value for name, value in said.items() if value}, "consents": dict(self.consents)}


def people(customer_ids: Iterable[str], seed: int) -> dict[str, Person]:
    """A person for each customer; the same ones for the same seed."""
    phones = [f"+1{area}55501{number:02}" for area in _AREAS for number in range(100)]
    Random(f"{seed}/phones").shuffle(phones)
    return {each: _person(each, Random(f"{seed}/person/{each}"), phones) for each in sorted(set(customer_ids))}


def known_person(customer_id: str, first_name: str) -> Person:
    """Somebody with an email address, in English, who said yes to it."""
    return Person(customer_id, first_name, _email(first_name, customer_id), consents={"email": True})


def _person(customer_id: str, rng: Random, phones: list[str]) -> Person:
    """Takes from `phones`: consent belongs to a number, so nobody shares one."""
    locale = rng.choice(_LOCALES)
    name = rng.choice(_NAMES[locale.partition("-")[0]])
    first_name = "" if rng.random() < _NAMELESS else name
    kind, also_phone = rng.random(), rng.random() < _ALSO_PHONE
    if kind < _PHONE_ONLY:
        return Person(customer_id, first_name, phone=phones.pop(), locale=locale, consents={"sms": True})
    email = _email(name, customer_id)
    if kind < _PHONE_ONLY + _NEVER_ASKED:
        return Person(customer_id, first_name, email, locale=locale)
    if kind < _PHONE_ONLY + _NEVER_ASKED + _SAID_NO:
        return Person(customer_id, first_name, email, locale=locale, consents={"email": False})
    if also_phone:
        return Person(customer_id, first_name, email, phones.pop(), locale, {"email": True, "sms": True})
    return Person(customer_id, first_name, email, locale=locale, consents={"email": True})


def _email(name: str, customer_id: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower())
    return f"{''.join(letter for letter in letters if letter.isascii())}.{customer_id}@example.com"
