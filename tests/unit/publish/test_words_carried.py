"""Which attributes go with a message: told when publishing, kept with the number, read by old and new."""

import json

import pytest

from infra.cli.files import STARTER
from infra.publish.edition import Draft, Edition, Words, issued
from infra.publish.playbook import read_folder
from infra.publish.rollback import again
from tandem.content import Content
from tandem.playbook import Playbook
from tests.builders import DAY, NOON, playbook
from tests.unit.sending.builders import a_content

USED = {"thanks-low": ("orders", "revenue_minor")}
FIRST = Edition(NOON - DAY, 1)


def draft_of(words: Words) -> Draft:
    written = playbook()
    return issued(written, written.ruleset.rules, written.ruleset.derived, a_content(), FIRST, words=words)


@pytest.fixture
def draft() -> Draft:
    return draft_of({**USED, "silent": ()})


def test_a_playbook_keeps_what_its_templates_speak_of(draft: Draft) -> None:
    assert draft.playbook.words == USED
    assert Playbook.model_validate_json(draft.playbook.model_dump_json()) == draft.playbook


def test_a_playbook_of_the_former_release_speaks_of_none(draft: Draft) -> None:
    former = json.loads(draft.playbook.model_dump_json())
    del former["words"]

    assert Playbook.model_validate(former) == draft_of({}).playbook


def test_a_rollback_speaks_of_the_same(draft: Draft) -> None:
    rolled = again(draft, Edition(NOON, 2, draft.playbook))

    assert (rolled.playbook.number, rolled.playbook.words) == (2, USED)


def test_a_folder_is_asked_what_its_templates_speak_of() -> None:
    def first_alone(content: Content) -> Words:
        return {min(content.templates): ("orders",)}

    assert list(read_folder(STARTER, FIRST, first_alone).playbook.words.values()) == [("orders",)]
