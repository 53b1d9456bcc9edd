"""A mail shown light or dark, whatever the machine prefers."""

import pytest

from infra.preview.schemes import Scheme, in_scheme

MAIL = """<html><head><meta name="color-scheme" content="light dark"><style>
:root { color-scheme: light dark; supported-color-schemes: light dark }
@media (prefers-color-scheme: dark) { p { color: white } }
@media only screen and (prefers-color-scheme:light) { p { color: black } }
</style></head><body><picture><source media="(prefers-color-scheme: dark)" srcset="d.png"><img src="l.png"></picture>
<p>Say (prefers-color-scheme: dark), and color-scheme: light dark.</p></body></html>"""


@pytest.mark.parametrize(("scheme", "dark", "light"), [("dark", "min", "max"), ("light", "max", "min")])
def test_what_asks_for_a_scheme_is_answered(scheme: Scheme, dark: str, light: str) -> None:
    copy = in_scheme(MAIL, scheme)

    assert f"@media ({dark}-width: 0) {{ p {{ color: white }} }}" in copy
    assert f"only screen and ({light}-width: 0) {{ p {{ color: black }} }}" in copy
    assert f'<source media="({dark}-width: 0)" srcset="d.png">' in copy
    assert f'<meta name="color-scheme" content="{scheme}">' in copy
    assert f"color-scheme: {scheme}; supported-color-schemes: {scheme} " in copy


def test_words_stay_as_they_are() -> None:
    assert "<p>Say (prefers-color-scheme: dark), and color-scheme: light dark.</p>" in in_scheme(MAIL, "dark")


def test_a_mail_that_asks_for_nothing_is_shown_as_it_is() -> None:
    assert in_scheme("<p>Hi</p>", "dark") == "<p>Hi</p>"
