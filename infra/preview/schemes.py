"""One mail's page for one scheme, light or dark, whatever the machine that shows it prefers."""

import re
from typing import Final, Literal

Scheme = Literal["light", "dark"]
# Where a page can ask for a scheme: in its style sheets and in attributes. Words stay as they are.
_CSS_OR_TAG: Final = re.compile(r"<style\b[^>]*>.*?</style>|<[a-z][^>]*>", re.IGNORECASE | re.DOTALL)
_ASKED: Final = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
_HOLDS: Final = "(min-width: 0)"
_FAILS: Final = "(max-width: 0)"
_DECLARED: Final = re.compile(
    r"((?<![\w-])(?:supported-)?color-schemes?\s*:\s*)(?:light\s+dark|dark\s+light)", re.IGNORECASE
)
_META: Final = re.compile(r"(content\s*=\s*[\"'])(?:light\s+dark|dark\s+light)(?=[\"'])", re.IGNORECASE)
_NO_BARS: Final = "<style>html{scrollbar-width:none}</style>"


def in_scheme(html: str, scheme: Scheme) -> str:
    """The page as a reader with this scheme has it: what asks for a scheme is answered, in this copy alone. Its frame
    is as wide as the mail, so it shows no bars to scroll by."""

    def answered(found: re.Match[str]) -> str:
        text = _ASKED.sub(lambda asked: _HOLDS if asked[1].lower() == scheme else _FAILS, found[0])
        return _META.sub(rf"\g<1>{scheme}", _DECLARED.sub(rf"\g<1>{scheme}", text))

    copy = _CSS_OR_TAG.sub(answered, html)
    return copy.replace("</head>", f"{_NO_BARS}</head>", 1)
