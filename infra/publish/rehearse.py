"""Every template put together for every customer of the corpus, and what was wrong with what came of it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from liquid.exceptions import LiquidError

from infra.publish.judging.addresses import Whole, bad_addresses
from infra.publish.judging.corpus import Case, cases
from infra.publish.judging.holes import holes, loose_points, programs_words
from infra.publish.judging.page import Pages, too_large
from infra.publish.judging.places import Files
from infra.publish.judging.shown import in_another_language, left_out, of_nobody, unshown
from infra.publish.judging.watched import Said, Watched
from tandem.attributes import Ruleset
from tandem.content import Content, Mail, Message, Note, Sms, render
from tandem.customer import Channel, Send
from tandem.errors import Defect, RenderError
from tandem.sending.push import push_text

LINK: Final = "https://unsubscribe.example.com/token"
_IN_TEXT: Final = re.compile(r"https://[^\s\"'<>\\]+")
_ENDS: Final = ".,;:!?)…"
Starts = Sequence[frozenset[str]]  # what each of a template's campaigns speaks of; empty where no campaign has it
EITHER: Final[Starts] = (frozenset({"order"}), frozenset({"cart"}))


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """Judges the messages of one playbook."""

    content: Content
    rules: Ruleset
    pages: Pages
    names: Set[str]  # what the shop and its products are called may be any word

    @classmethod
    def of(cls, content: Content, rules: Ruleset) -> "Rehearsal":
        """Without a brand links may lead anywhere, as in the playbooks of the first releases."""
        names = {content.shop.name, *(product.name for product in content.products)}
        texts = names | {escape(name) for name in names}
        return cls(content, rules, Pages(content.look, LINK, any_host=content.brand is None), texts)

    def problems(self, name: str, locale: str, files: Files, starts: Starts) -> list[Defect]:
        """What is wrong with a template in one language. One that no campaign has is for orders or for carts: it has
        to do without one of them, not without both."""
        if starts:
            return self._judged(cases(self.content, name, locale, self.rules, starts), files)
        tried = [self._judged(cases(self.content, name, locale, self.rules, (given,)), files) for given in EITHER]
        return min(tried, key=len) if all(tried) else []

    def _judged(self, corpus: Sequence[Case], files: Files) -> list[Defect]:
        found: dict[tuple[Any, ...], Defect] = {}
        for case in corpus:
            for send in case.by_channel():
                for defect in self._of(send, files, typed=case.called.endswith("for a name")):
                    found.setdefault((defect.file, defect.line, defect.field, defect.problem), defect)
        return [*found.values()]

    def _of(self, send: Send, files: Files, *, typed: bool) -> Iterator[Defect]:
        """`typed`: what customers typed may hold anything, also what only programs say."""
        said: list[Said] = []
        given: dict[str, Any] = {}

        def writer(template: str, values: Mapping[str, Any]) -> Watched:
            given.update(values)
            return Watched(template, values, said)

        try:
            message = render(self.content, send, unsubscribe_url=LINK, writer=writer)
            if isinstance(message, Note) and send.channel is Channel.PUSH:
                push_text(send, message)
        except RenderError as error:
            field, _, problem = error.reason.partition(": ")
            last = next((each for each in reversed(said) if each.field == field), Said(field, "", "", html=False))
            if field == "action.url" and last.text:
                problem = self.pages.address(last.text.strip(), "link") or problem
            yield files.defect(field, last.source, _offset(error), problem)
            return
        written = [each for each in said if each.field not in files.designs]
        words = [*self._in_texts(written, files, typed=typed)]
        for each in written if not (typed or words) else ():
            words += [files.defect(each.field, each.source, *problem) for problem in loose_points(each)]
        whole = Whole(given)
        for each in written:
            words += [files.defect(each.field, each.source, *problem) for problem in self._addresses(each, whole)]
        yield from words
        if not words:  # a design shows what words say: it would be told of the same
            known = {each.text.strip() for each in written}
            shown = [each for each in said if each.field in files.designs]
            yield from self._in_texts(shown, files, typed=typed, known=known)
            told = [each for each in said if not each.captured]
            yield from self._of_message(message, told, files)
            if isinstance(message, Mail):
                yield from self._of_whom(message, send, given, told, files)

    def _addresses(self, said: Said, whole: Whole) -> Iterator[tuple[int, str]]:
        return bad_addresses(said, whole, lambda url: self.pages.address(url, "link"))

    def _in_texts(
        self, said: Iterable[Said], files: Files, *, typed: bool, known: Set[str] = frozenset()
    ) -> Iterator[Defect]:
        for each in said:
            for offset, problem in self._in_text(each, typed=typed, known=known | self.names):
                yield files.defect(each.field, each.source, offset, problem)

    def _in_text(self, said: Said, *, typed: bool, known: Set[str]) -> Iterator[tuple[int, str]]:
        yield from holes(said)
        if not typed:
            yield from programs_words(said, known)
        if said.captured:
            return
        if said.html:
            for position, problem in self.pages.problems(said):
                yield said.offset(position), problem
        elif said.field == "action.url":
            for found in _IN_TEXT.finditer(said.text):
                if problem := self.pages.address(found[0].rstrip(_ENDS), "link"):
                    yield said.offset(found.start()), problem

    def _of_message(self, message: Message, said: Sequence[Said], files: Files) -> Iterator[Defect]:
        by_field = {each.field: each for each in said}
        match message:
            case Mail():
                html = next(each for each in said if each.html)
                if problem := too_large(message.html):
                    yield files.defect(html.field, html.source, 0, problem)
                text = by_field[html.field.removesuffix(".html") + ".txt"]
                for link, called in ((by_field["action.url"].text.strip(), "button"), (LINK, "unsubscribing")):
                    if link not in text.text:
                        yield files.defect(text.field, text.source, 0, f"the text part lacks the link of {called}")
            case Sms():
                for found in _IN_TEXT.finditer(by_field["sms"].text):
                    if found[0].rstrip(_ENDS).partition("?")[0] not in message.text:
                        yield files.defect("sms", by_field["sms"].source, 0, f"the link {found[0]} is cut")
            case Note():
                pass

    def _of_whom(
        self, mail: Mail, send: Send, given: Mapping[str, Any], said: Sequence[Said], files: Files
    ) -> Iterator[Defect]:
        """Whether a mail shows all that its template says, in the language of that, and whose it is."""
        by_field = {each.field: each for each in said}
        page = next(each for each in said if each.html)
        text = by_field[page.field.removesuffix(".html") + ".txt"]
        _, template, _ = self.content.for_locale(send.template, send.locale)
        for field in unshown(template, given, by_field, page):
            yield files.defect(field, "", 0, left_out(field, page))
        for part, position, problem in of_nobody(page, text, given["shop"]["postal_address"]):
            yield files.defect(part.field, part.source, part.offset(position), problem)
        for position, problem in in_another_language(page, mail.locale):
            yield files.defect(page.field, page.source, page.offset(position), problem)


def _offset(error: RenderError) -> int:
    cause = error.__cause__
    return cause.token.start_index if isinstance(cause, LiquidError) and cause.token else 0
