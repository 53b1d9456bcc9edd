"""What MJML 4 is made of: its components, what may lie in each, and their attributes (documentation.mjml.io)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Component:
    """`within` are the components that it may lie in. `words`: what it holds is HTML or text, and no MJML."""

    within: frozenset[str]
    attributes: frozenset[str]
    words: bool = False


def _sides(*names: str) -> set[str]:
    return {f"{name}{side}" for name in names for side in ("", "-top", "-right", "-bottom", "-left")}


_EVERY: Final = {"css-class", "mj-class"}
_FONT: Final = {"color", "font-family", "font-size", "font-style", "font-weight", "letter-spacing", "line-height"}
_TEXT: Final = _FONT | {"text-decoration", "text-transform", "align", "vertical-align"}
_BOX: Final = _sides("padding") | {"container-background-color"}
_GROUND: Final = {
    *("background-color", "background-position", "background-position-x", "background-position-y"),
    *("background-repeat", "background-size", "background-url"),
}
_LINK: Final = {"href", "name", "rel", "target", "title"}
_SECTION: Final = _GROUND | _sides("border", "padding") | {"border-radius", "direction", "full-width", "text-align"}
_IMAGE: Final = {"alt", "src", "srcset", "sizes", "usemap", "width", "height", "max-height", "fluid-on-mobile"}
_IN_A_COLUMN: Final = ("mj-column", "mj-hero")
_HEAD: Final = ("mj-head",)


def _of(within: Iterable[str], attributes: Iterable[str] = (), *, words: bool = False) -> Component:
    return Component(frozenset(within), frozenset(attributes) | _EVERY, words)


COMPONENTS: Final[Mapping[str, Component]] = MappingProxyType(
    {
        "mjml": _of((), ("lang", "dir", "owa")),
        "mj-head": _of(("mjml",)),
        "mj-title": _of(_HEAD, words=True),
        "mj-preview": _of(_HEAD, words=True),
        "mj-style": _of(_HEAD, ("inline",), words=True),
        "mj-breakpoint": _of(_HEAD, ("width",)),
        "mj-attributes": _of(_HEAD),
        "mj-body": _of(("mjml",), ("background-color", "width", "id")),
        "mj-wrapper": _of(("mj-body",), _SECTION),
        "mj-section": _of(("mj-body", "mj-wrapper"), _SECTION),
        "mj-hero": _of(
            ("mj-body", "mj-wrapper"),
            _GROUND
            | _sides("padding", "inner-padding")
            | {"align", "background-height", "background-width", "border-radius", "height", "mode", "width"}
            | {"inner-background-color", "vertical-align"},
        ),
        "mj-group": _of(("mj-section",), ("background-color", "direction", "vertical-align", "width")),
        "mj-column": _of(
            ("mj-section", "mj-group"),
            _sides("border", "inner-border", "padding")
            | {"background-color", "inner-background-color", "border-radius", "inner-border-radius"}
            | {"direction", "vertical-align", "width"},
        ),
        "mj-text": _of(_IN_A_COLUMN, _TEXT | _BOX | {"height"}, words=True),
        "mj-table": _of(
            _IN_A_COLUMN,
            _FONT | _BOX | {"align", "border", "cellpadding", "cellspacing", "role", "table-layout", "width"},
            words=True,
        ),
        "mj-button": _of(
            _IN_A_COLUMN,
            _TEXT
            | _BOX
            | _LINK
            | _sides("border")
            | {"background-color", "border-radius", "height", "inner-padding", "text-align", "width"},
            words=True,
        ),
        "mj-image": _of(
            _IN_A_COLUMN, _IMAGE | _BOX | _LINK | _sides("border") | {"align", "border-radius", "font-size"}
        ),
        "mj-divider": _of(_IN_A_COLUMN, _BOX | {"align", "border-color", "border-style", "border-width", "width"}),
        "mj-spacer": _of(_IN_A_COLUMN, _BOX | {"height"}),
        "mj-social": _of(
            _IN_A_COLUMN,
            _TEXT
            | _BOX
            | {"border-radius", "icon-height", "icon-padding", "icon-size", "inner-padding", "mode", "text-padding"},
        ),
        "mj-social-element": _of(
            ("mj-social",),
            _TEXT
            | _LINK
            | _IMAGE
            | _sides("padding")
            | {"background-color", "border-radius", "icon-height", "icon-padding", "icon-size", "text-padding"},
            words=True,
        ),
        "mj-raw": _of(
            ("mj-head", "mj-body", "mj-wrapper", "mj-section", "mj-group", "mj-column", "mj-hero"),
            ("position",),
            words=True,
        ),
    }
)

# Where Liquid may stand between components: `mj-raw` is put around it.
TAKE_LIQUID: Final = COMPONENTS["mj-raw"].within
