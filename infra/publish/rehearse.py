"""Every template put together with samples before it may go out, and what was wrong with what came of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from liquid.exceptions import LiquidError

from infra.publish.designs import Places
from infra.publish.samples import samples
from infra.publish.source import Source
from tandem.content import Content, Note, render
from tandem.customer import Channel, Send
from tandem.errors import Defect, RenderError
from tandem.sending.push import push_text

_LINK: Final = "https://unsubscribe.example.com/token"


def rehearse(content: Content, name: str, locale: str, source: Source, designs: Mapping[str, Places]) -> list[Defect]:
    """Put a template together with everything there is, and with the least there can be.

    `designs` say where each part of a design was written, by its name and `.html` or `.txt`.
    """
    full, *sparse = samples(content, name, locale)
    defects = [*_rendered(content, full, source, designs)]
    # A template is for orders or for carts: it has to do without one of them, not without both.
    tried = [[*_rendered(content, group, source, designs)] for group in sparse]
    return defects + (min(tried, key=len) if all(tried) else [])


def _rendered(
    content: Content, sends: Sequence[Send], source: Source, designs: Mapping[str, Places]
) -> Iterator[Defect]:
    for send in sends:
        try:
            message = render(content, send, unsubscribe_url=_LINK)
            if isinstance(message, Note) and send.channel is Channel.PUSH:
                push_text(send, message)
        except RenderError as error:
            field, _, problem = error.reason.partition(": ")
            if field in designs:
                place = designs[field].at(_offset(error))
                yield Defect(place.file, place.line, "(file)", problem)
            else:
                location = tuple(int(part) if part.isdigit() else part for part in field.split("."))
                yield source.defect(location, problem)


def _offset(error: RenderError) -> int:
    cause = error.__cause__
    return cause.token.start_index if isinstance(cause, LiquidError) and cause.token else 0
