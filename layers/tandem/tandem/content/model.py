"""What a playbook says: words by template and locale, the frames they are put in, the shop and its products."""

import re
from collections.abc import Iterator
from functools import cached_property
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from tandem.content.brand import Brand, Where, brand_of
from tandem.content.locale import PLAIN, Formats
from tandem.errors import RenderError
from tandem.playbook import Product, Shop

# Codes that BCP 47 replaced, as phones and shops still send them.
REPLACED: Final = MappingProxyType({"tl": "fil", "iw": "he", "in": "id", "ji": "yi"})
_TERRITORY: Final = re.compile(r"[A-Za-z]{2}|[0-9]{3}")
Words = Annotated[str, StringConstraints(min_length=1, max_length=4000)]
Part = Literal["lines", "tips", "recommendations"]
DESIGN: Final = "letter"  # the one of a template that names none


class Model(BaseModel):
    """Frozen, and an unknown field is an error: for those who write it. `read_published` reads what is published."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Action(Model):
    """The one button of a mail. `url` is an https address."""

    label: Words
    url: Words


class Offer(Model):
    """A code to use at the till, and what it gives. It ends so many `days` after the one of the message, if at all."""

    code: Words
    text: Words
    days: Annotated[int, Field(ge=1, le=366)] | None = None


class Picture(Model):
    """A picture above the words: a path of the shop or an https address, and what is seen on it."""

    image: Where
    alt: Words


class Template(Model):
    """One message in one language. Every text is a Liquid template over `tandem.content.variables`.

    Words are plain text: the layout does the HTML. `show` are the parts between the paragraphs and the button, in
    this order; their headings are the locale's unless given here. `design` names the frame of a mail.
    """

    subject: Words
    preheader: Words
    heading: Words
    paragraphs: Annotated[tuple[Words, ...], Field(min_length=1)]
    show: tuple[Part, ...] = ()
    lines_heading: Words | None = None
    tips_heading: Words | None = None
    recommendations_heading: Words | None = None
    offer: Offer | None = None
    picture: Picture | None = None
    action: Action
    sms: Words
    design: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,62}$")] = DESIGN


class Phrases(Model):
    """What designs say themselves in one language, Liquid templates too: these, and any others that they need.

    Playbooks of the first releases do not say `unsubscribe`, and their layouts have no place for it.
    """

    model_config = ConfigDict(frozen=True, extra="allow")
    __pydantic_extra__: dict[str, Words]

    lines_heading: Words
    tips_heading: Words
    recommendations_heading: Words
    total: Words
    more: Words
    why: Words
    unsubscribe: Words = "Unsubscribe"


class Layouts(Model):
    """The frames: Liquid templates that put a message's words and products in order."""

    html: str
    text: str


class Content(Model):
    """All that `send` needs of a playbook, as published beside it.

    `layouts` is used where a template's own design is not among the `designs`, as in playbooks of the first releases.
    """

    v: int = 1
    number: int = 0
    shop: Shop
    products: tuple[Product, ...]
    layouts: Layouts
    phrases: dict[str, Phrases]
    templates: dict[str, dict[str, Template]]
    designs: dict[str, Layouts] = Field(default_factory=dict)
    brand: Brand | None = None
    formats: dict[str, Formats] = Field(default_factory=dict)

    @field_validator("phrases", mode="before")
    @classmethod
    def _all_of_them(cls, held: Any) -> Any:
        """Each read for itself: to `read_published` a phrase of a design's own would be one field more to ignore."""
        return (
            {locale: Phrases.model_validate(each) for locale, each in held.items()} if isinstance(held, dict) else held
        )

    def formats_of(self, written: str, locale: str) -> Formats:
        """How a text written in the language `written` writes amounts and dates for a customer with `locale`: as in her
        region, where that is her language too."""
        formats = self.formats.get(written, PLAIN)
        language, *tags = locale.replace("_", "-").split("-")
        own = REPLACED.get(language.lower(), language.lower())
        if own != written.partition("-")[0].lower():
            return formats
        return formats.in_region(next((tag.upper() for tag in tags if _TERRITORY.fullmatch(tag)), ""))

    @cached_property
    def look(self) -> Brand:
        """The brand; of a playbook without one, the shop's host alone."""
        return self.brand or brand_of(self.shop)

    @cached_property
    def look_names(self) -> dict[str, Any]:
        """What designs may name of the brand."""
        return self.look.names

    def design(self, template: Template) -> tuple[str, Layouts]:
        """The frame of a template's mail, and its name."""
        named = self.designs.get(template.design)
        return (template.design, named) if named else ("_layout", self.layouts)

    def for_locale(self, name: str, locale: str) -> tuple[str, Template, Phrases]:
        """The template in the language nearest to `locale`, and that language. Raises RenderError without one."""
        known = {written.lower(): written for written in self.templates.get(name, {})}
        for wanted in (*nearest(locale), *nearest(self.shop.default_locale)):
            if wanted in known:
                found = known[wanted]
                return found, self.templates[name][found], self.phrases[found]
        raise RenderError(name, "there is no such template")


def read_published(document: bytes) -> Content:
    """The published form. What a newer publisher added is ignored."""
    return Content.model_validate_json(document, extra="ignore")


def nearest(locale: str) -> Iterator[str]:
    """`es_MX` is looked for as `es-mx`, then as `es`."""
    parts = locale.replace("_", "-").lower().split("-")
    parts[0] = REPLACED.get(parts[0], parts[0])
    for length in range(len(parts), 0, -1):
        yield "-".join(parts[:length])
