"""What `tandem preview` and `tandem send-test` share: which campaign, in whose eyes, and with which words."""

import argparse
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from infra.cli.mistake import Mistake, as_mistake
from infra.cli.playbooks import LIVE, any_playbook
from infra.cli.session import Session
from infra.cli.stack import Stack
from infra.cli.view import read_customer
from infra.explain.under_way import working_of
from infra.preview.known import as_if_decided, tier_of, variant_of
from infra.preview.look import Look, Sender, Subject, look
from infra.preview.made_up import HOSTILE, MADE_UP, SPARSEST, Person, is_made_up, made_up
from infra.publish.playbook import Draft
from tandem.actor.working import Working
from tandem.attributes import Tier
from tandem.content.model import nearest
from tandem.customer import Customer
from tandem.playbook import Campaign

_TIERS: Final = tuple(each.value for each in Tier)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was typed. Nothing is said of what is empty: the customer's own is taken."""

    command: str
    campaign: str
    customer: str
    locale: str
    tier: str
    variant: str
    playbook: str

    def again(self, **other: str) -> str:
        """The command to look at it otherwise."""
        told = {
            "customer": self.customer,
            "locale": self.locale,
            "tier": self.tier,
            "variant": self.variant,
            "playbook": "" if self.playbook == LIVE else self.playbook,
            **other,
        }
        options = [word for name, value in told.items() if value for word in (f"--{name}", value)]
        return shlex.join(["tandem", self.command, self.campaign, *options])


def add_choices(parser: argparse.ArgumentParser) -> None:
    """The options that both commands have."""
    parser.add_argument("campaign", metavar="CAMPAIGN", help="its id, as in campaigns/*.yaml")
    people = f"{', '.join(MADE_UP)} (of {HOSTILE} there are more: {HOSTILE}-2…)"
    told = f"a customer of the stack, or one who is made up: {people}; default {SPARSEST}"
    parser.add_argument("--customer", metavar="ID", default=SPARSEST, help=told)
    parser.add_argument("--locale", metavar="LOCALE", default="", help="a language, such as es-MX")
    parser.add_argument("--tier", metavar="TIER", default="", help=f"as if of another tier: {', '.join(_TIERS)}")
    parser.add_argument("--variant", metavar="ID", default="", help="one of the campaign's variants")
    parser.add_argument(
        "--playbook", metavar="PLAYBOOK", default=LIVE, help="a folder, a number, or live (the default)"
    )


def wanted(arguments: argparse.Namespace, command: str) -> Wanted:
    """What was typed."""
    names = ("campaign", "customer", "locale", "tier", "variant", "playbook")
    return Wanted(command, **{name: getattr(arguments, name) for name in names})


def looked(what: Wanted, session: Session) -> Look:
    """The message, put together. Raises Mistake for what there is none of, with the nearest name."""
    draft = _draft(what, session)
    campaign = _campaign(what.campaign, draft)
    person = _person(what, draft, campaign, session)
    _check_locale(what.locale, person, draft)
    found = look(
        Subject(draft.playbook, draft.content, campaign),
        person,
        at=session.clock(),
        sender=_sender(what, session),
        folder=_folder(what),
        others=tuple(_others(what, campaign, person, draft)),
    )
    if len(found.refused) == len(campaign.channels):
        why = next(iter(found.refused.values()))
        raise Mistake(f"it cannot be put together, and would be refused: {why}", *found.person.assumed)
    return found


def _draft(what: Wanted, session: Session) -> Draft:
    if _folder(what):
        return any_playbook(what.playbook, session)
    stack_of(what, session)
    return any_playbook(what.playbook, session)


def stack_of(what: Wanted, session: Session) -> Stack:
    """The deployed stack. Raises Mistake, which says how to do without one."""
    try:
        return session.stack()
    except Exception as error:
        mistake = as_mistake(error)
        if mistake is None:
            raise
        folder = what.again(playbook="infra/playbook", customer=what.customer if is_made_up(what.customer) else "")
        without = (f"without a stack: {folder}",) if what.command == "preview" else ()
        raise Mistake(mistake.problem, *without, *mistake.hints) from error


def _folder(what: Wanted) -> Path | None:
    return None if what.playbook == LIVE or what.playbook.isdigit() else Path(what.playbook)


def _sender(what: Wanted, session: Session) -> Sender:
    """As the stack sends; without one as some shop would."""
    if _folder(what) and what.command == "preview" and is_made_up(what.customer):
        return Sender()
    stack = stack_of(what, session)
    return Sender(stack["FromAddress"], stack["UnsubscribeUrl"])


def _campaign(name: str, draft: Draft) -> Campaign:
    known = draft.playbook.by_id
    if name not in known:
        raise Mistake(f"there is no campaign {name}{_near(name, known)}", f"there are {', '.join(sorted(known))}")
    return known[name]


def _person(what: Wanted, draft: Draft, campaign: Campaign, session: Session) -> Person:
    if is_made_up(what.customer):
        tier = _tier(what, Tier.UNKNOWN if what.customer == SPARSEST else Tier.MEDIUM)
        first = campaign.variants[0].id if campaign.variants else ""
        variant = _variant(what, campaign, first)
        now = session.clock()
        person = made_up(what.customer, draft.playbook, draft.content, campaign, tier=tier, variant=variant, now=now)
        if person is None:
            raise Mistake(f"there is nobody {what.customer}", "hostile says how many there are of them")
    else:
        working = _working(what, draft, session)
        tier = _tier(what, tier_of(working))
        variant = _variant(what, campaign, variant_of(working, campaign))
        person = as_if_decided(working, campaign, tier=tier, variant=variant)
    return person.speaking(what.locale) if what.locale else person


def _tier(what: Wanted, own: Tier) -> Tier:
    if not what.tier:
        return own
    if what.tier not in _TIERS:
        raise Mistake(f"there is no tier {what.tier}{_near(what.tier, _TIERS)}", f"there are {', '.join(_TIERS)}")
    return Tier(what.tier)


def _variant(what: Wanted, campaign: Campaign, own: str) -> str:
    known = [each.id for each in campaign.variants]
    if not what.variant:
        return own
    if not known:
        raise Mistake(f"the campaign {campaign.id} has no variants", "leave --variant out")
    if what.variant not in known:
        problem = f"the campaign {campaign.id} has no variant {what.variant}{_near(what.variant, known)}"
        raise Mistake(problem, f"it has {', '.join(known)}")
    return what.variant


def _working(what: Wanted, draft: Draft, session: Session) -> Working:
    stack_of(what, session)
    loaded, _ = read_customer(session, what.customer)
    customer, profile = loaded.customers.get(what.customer), loaded.profiles.get(what.customer)
    if customer is None and profile is None:
        raise Mistake(
            f"nothing is known of the customer {what.customer}{_near(what.customer, MADE_UP)}",
            "ids are written as in the events, capitals included",
            f"made up ones: {', '.join(MADE_UP)}",
        )
    known = customer or Customer(what.customer)
    return working_of(known, profile, loaded.header, draft.playbook, stops=loaded.live.stops, now=session.clock())


def _check_locale(locale: str, person: Person, draft: Draft) -> None:
    """A language that was asked for by name has to be there, or one that it falls back to."""
    written = draft.content.templates.get(person.send.template, {})
    if not locale or {each.lower() for each in written} & set(nearest(locale)):
        return
    raise Mistake(
        f"the template {person.send.template} has no words in {locale}{_near(locale, written)}",
        f"it has {', '.join(sorted(written))}; such a customer gets {draft.playbook.shop.default_locale}",
    )


def _others(what: Wanted, campaign: Campaign, person: Person, draft: Draft) -> Iterator[tuple[str, str]]:
    send = person.send
    if goes_by_tier(campaign):
        yield from (
            (f"{tier}: {campaign.template(Tier(tier), send.variant)}", what.again(tier=tier))
            for tier in ("low", "medium", "high")
            if campaign.template(Tier(tier), send.variant) != send.template
        )
    for variant in campaign.variants:
        if variant.id != send.variant:
            told = f"variant {variant.id}: {campaign.template(Tier(send.tier), variant.id)}"
            yield told, what.again(variant=variant.id)
    shown, _, _ = draft.content.for_locale(send.template, send.locale)
    for locale in sorted(draft.content.templates[send.template]):
        if locale != shown:
            yield f"in {locale}", what.again(locale=locale)
    yield from ((f"for {name}", what.again(customer=name)) for name in MADE_UP if name != what.customer)


def goes_by_tier(campaign: Campaign) -> bool:
    """Whether a tier decides which template is sent."""
    return len({campaign.template(tier) for tier in Tier}) > 1


def _near(given: str, known: Iterable[str]) -> str:
    near = get_close_matches(given, list(known), n=1)
    return f"; did you mean {near[0]}?" if near else ""
