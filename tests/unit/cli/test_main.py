"""The command itself: what was typed, what went wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError, NoRegionError

from infra.cli.main import parser
from infra.cli.mistake import as_mistake
from infra.cli.screen import plain
from infra.cli.stack import Stack
from tandem.adapters.aws import calling
from tandem.errors import Unavailable
from tests.unit.cli.typed import NOWHERE, typed


def answered(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "PublishBatch")


@pytest.mark.parametrize("words", [("why", "ada"), ("emit", "-"), ("dlq", "list"), ("dlq", "redrive")])
def test_without_a_stack_each_command_says_how_to_get_one(words: tuple[str, ...]) -> None:
    event = '{"v": 1, "event_id": "e", "type": "cart_viewed", "customer_id": "a", "properties": {"products": []}}'
    answer = typed(*words, stdin=event)

    assert answer.code == 2
    assert "there is no deployed stack named tandem\n  python -m infra.local up\n" in answer.err


@pytest.mark.parametrize(
    ("error", "problem", "hint"),
    [
        (NoCredentialsError(), "no AWS credentials were found", "aws sso login"),
        (NoRegionError(), "no AWS region is set", "AWS_DEFAULT_REGION"),
        (EndpointConnectionError(endpoint_url="http://x"), "http://x", "AWS_ENDPOINT_URL"),
        (answered("ExpiredToken"), "have expired", "aws sso login"),
        (answered("InvalidClientTokenId"), "does not know these credentials", "aws sso login"),
        (answered("AccessDenied"), "may not call PublishBatch", "use a role that may"),
    ],
)
def test_what_aws_says_comes_with_what_to_do(error: Exception, problem: str, hint: str) -> None:
    def stack() -> Stack:
        raise error

    answer = typed("dlq", "list", session=replace(NOWHERE, stack=stack))

    assert answer.code == 2
    assert problem in answer.err
    assert hint in answer.err


def test_the_cause_of_a_passing_fault_is_what_is_told() -> None:
    with pytest.raises(Unavailable) as caught, calling("dynamodb", "BatchGetItem"):
        raise answered("AccessDeniedException")

    mistake = as_mistake(caught.value)
    assert mistake is not None
    assert "may not call PublishBatch" in mistake.problem


def test_a_bug_is_not_hidden() -> None:
    with pytest.raises(AssertionError):
        typed("dlq", "list", session=replace(NOWHERE, stack=lambda: Stack("tandem", {"EventsDlqUrl": "u"})))


@pytest.mark.parametrize("words", [(), ("nothing",), ("why",), ("playbook",), ("dlq", "redrive", "--queue", "nope")])
def test_what_cannot_be_understood_ends_with_2(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser({}).parse_args(words)

    assert ended.value.code == 2
    assert "usage: tandem" in capsys.readouterr().err


def test_the_stack_is_named_by_option_or_environment() -> None:
    read: Callable[[Any, list[str]], str] = lambda environ, words: parser(environ).parse_args(words).stack  # noqa: E731

    assert read({}, ["doctor"]) == "tandem"
    assert read({"TANDEM_STACK": "shop"}, ["doctor"]) == "shop"
    assert read({"TANDEM_STACK": "shop"}, ["--stack", "other", "doctor"]) == "other"


def test_a_customers_name_cannot_command_the_terminal() -> None:
    assert plain("Ada\x1b[2J\r\u202eoops") == "Ada�[2J��oops"
