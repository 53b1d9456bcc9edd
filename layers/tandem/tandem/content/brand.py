"""What a shop looks like and where its links lead: `brand.yaml`."""

from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from tandem.playbook import Shop

Colour = Annotated[str, StringConstraints(pattern=r"^#(?:[0-9a-fA-F]{3}){1,2}$")]
Host = Annotated[str, StringConstraints(pattern=r"^(?:\*\.)?(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$")]
Where = Annotated[str, StringConstraints(pattern=r"^(?:/|https://)[^\s\"'<>\\]*$", max_length=300)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Medium = Literal["email", "sms", "push", "webhook"]


class Part(BaseModel):
    """Frozen, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Logo(Part):
    """`image`, and `dark` on dark grounds, are paths of the shop or https addresses; sizes are CSS pixels."""

    image: Where
    alt: Text
    width: Annotated[int, Field(ge=16, le=600)]
    height: Annotated[int, Field(ge=8, le=300)]
    dark: Where | None = None


class Colours(Part):
    """Hexadecimal colours by what they are for. `text` and `quiet` lie on `surface` and on `background`, `on_accent` on
    `accent`; `highlight` is the ground of an offer."""

    background: Colour = "#f3eee6"
    surface: Colour = "#fffdf9"
    text: Colour = "#1b1815"
    quiet: Colour = "#6a6054"
    line: Colour = "#e7dfd2"
    accent: Colour = "#b8481a"
    on_accent: Colour = "#fffdf9"
    highlight: Colour = "#fbf1e4"


class DarkColours(Colours):
    """The same at night."""

    background: Colour = "#161412"
    surface: Colour = "#211e1b"
    text: Colour = "#f6efe4"
    quiet: Colour = "#b3a898"
    line: Colour = "#3a352f"
    accent: Colour = "#ee8350"
    on_accent: Colour = "#161412"
    highlight: Colour = "#2b2622"


class Fonts(Part):
    """CSS font stacks. Few mail programs load fonts: end each with one that everybody has."""

    heading: Text = "Georgia, 'Times New Roman', serif"
    body: Text = "-apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"


class Footer(Part):
    """What stands below every mail. The law of many countries asks for the postal address."""

    postal_address: Text


class Destinations(Part):
    """Where a cart and an order are found: paths of the shop or https addresses. The id takes the braces' place."""

    cart: Where = "/cart/{cart_id}"
    default_cart: Where = "/cart"
    order: Where = "/orders/{order_id}"

    @model_validator(mode="after")
    def _have_their_ids(self) -> Self:
        for name in ("cart", "order"):
            if f"{{{name}_id}}" not in getattr(self, name):
                raise ValueError(f"{name}: it has no {{{name}_id}}, so that every {name} would lead to one address")
        return self


class Utm(Part):
    """What links tell the shop's web analytics: utm_source, the channel as utm_medium, the campaign, and its template.

    `channels` are those whose links carry them: in a text message they cost a part or two.
    """

    source: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,60}$")] = "tandem"
    channels: tuple[Medium, ...] = ("email", "push", "webhook")


class SmsPrice(Part):
    """What one part of a text message costs the shop: for previews. Amazon's prices are by country."""

    segment_price: Annotated[str, StringConstraints(pattern=r"^\d{1,4}(?:\.\d{1,6})?$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Brand(Part):
    """The whole. `hosts` are where links may lead (`*.example.com` is every host below it); pictures may also come from
    `image_hosts`. `utm: null` leaves links as they are."""

    hosts: Annotated[tuple[Host, ...], Field(min_length=1)]
    footer: Footer
    image_hosts: tuple[Host, ...] = ()
    logo: Logo | None = None
    colours: Colours = Field(default_factory=Colours)
    dark: DarkColours = Field(default_factory=DarkColours)
    fonts: Fonts = Field(default_factory=Fonts)
    links: Destinations = Field(default_factory=Destinations)
    utm: Utm | None = Field(default_factory=Utm)
    sms: SmsPrice | None = None

    @property
    def names(self) -> dict[str, Any]:
        """What designs may name, as `brand.…`."""
        return self.model_dump(include={"logo", "colours", "dark", "fonts", "footer"})


def brand_of(shop: Shop) -> Brand:
    """The brand of a shop that has said nothing of it: its own host alone."""
    host = (urlsplit(shop.url).hostname or "").lower()
    # Published shops are not judged again: whatever their address is, it is theirs.
    return Brand.model_construct(hosts=(host,), footer=Footer.model_construct(postal_address=shop.postal_address))
