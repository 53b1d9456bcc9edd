"""What can be said of filters by reading a text, wherever it stands: a branch that no sample takes is read too."""

from collections.abc import Iterator

from liquid import BoundTemplate
from liquid.builtin.expressions.arguments import KeywordArgument
from liquid.builtin.expressions.filtered import Filter, FilteredExpression
from liquid.builtin.expressions.primitive import StringLiteral

from infra.publish.formats import needed_forms
from infra.publish.problems import hint
from tandem.content.liquid import compiled, expressions
from tandem.content.locale import CATEGORIES, STYLES


def missing_forms(text: str, locale: str) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The offset of every `plural` that lacks forms which the locale needs, and those forms."""
    for each in _filters(compiled(text), "plural"):
        given = _forms(each)
        if missing := tuple(form for form in needed_forms(locale) if form not in given):
            yield each.token.start_index, missing


def filter_problems(text: str, locale: str) -> Iterator[tuple[int, str]]:
    """What is wrong with the filters of a text in a language, each with its offset. The text is known to parse."""
    for offset, missing in missing_forms(text, locale):
        needed = ", ".join(needed_forms(locale))
        yield offset, f"plural lacks {', '.join(missing)}: {locale} needs {needed}"
    for each in _filters(compiled(text), "plural"):
        for form in _forms(each):
            if form not in CATEGORIES:
                yield each.token.start_index, f"plural: there is no form {form}{hint(form, CATEGORIES)}"
    for each in _filters(compiled(text), "date"):
        for argument in each.args:
            if isinstance(argument.value, StringLiteral) and (style := argument.value.value) not in STYLES:
                near = hint(style, STYLES) or f"; there are {', '.join(STYLES)}"
                yield each.token.start_index, f"date: there is no style {style}{near}"


def _filters(template: BoundTemplate, name: str) -> Iterator[Filter]:
    for expression in expressions(template):
        if isinstance(expression, FilteredExpression):
            yield from (each for each in expression.filters or () if each.name == name)


def _forms(plural: Filter) -> list[str]:
    return [argument.name for argument in plural.args if isinstance(argument, KeywordArgument)]
