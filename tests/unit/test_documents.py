"""What the documents say is so: commands exist and run, snippets work, every type, reason and variable is listed."""

import re
import shlex
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Mapping
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from infra.cli.main import main, parser
from tandem.decisions import Outcome
from tandem.events import EventType, parse
from tandem.playbook.vocabulary import Start, variables
from tandem.sending.news import news_of
from tandem.sending.outcome import Reason, Recorded, Refused, Sent, Shadowed
from tests.builders import NOON, playbook
from tests.unit.sending.builders import a_send

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
PAGES = {path.name: path.read_text() for path in (ROOT / "docs").glob("*.md")} | {"README.md": README}
LINKED = PAGES | {"CHANGELOG.md": (ROOT / "CHANGELOG.md").read_text()}


def commands(program: str) -> list[str]:
    """Every line of a console block that calls a program."""
    blocks = re.findall(r"```console\n(.*?)```", "\n".join(PAGES.values()), re.DOTALL)
    lines = [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]
    return sorted({line for line in lines if line.startswith(f"{program} ")})


@pytest.mark.parametrize("command", commands("make"))
def test_a_make_target_of_the_documents_exists(command: str) -> None:
    assert f"\n{command.split()[1]}:" in (ROOT / "Makefile").read_text()


@pytest.mark.parametrize("command", commands("tandem"))
def test_a_tandem_command_of_the_documents_is_understood(command: str) -> None:
    words = shlex.split(command.partition(">")[0])

    assert parser({}).parse_args(words[1:])


def test_every_tandem_command_is_in_the_documents() -> None:
    typed = [shlex.split(command)[1:] for command in commands("tandem")]
    known = choices(parser({}))

    assert {words[0] for words in typed} == {*known}
    assert {words[1] for words in typed if words[0] == "playbook"} == {*choices(known["playbook"])}


def choices(of: ArgumentParser) -> Mapping[str, ArgumentParser]:
    """The commands that it tells apart."""
    return next(each.choices for each in of._actions if isinstance(each, _SubParsersAction))


OFFLINE = [*commands("tandem replay"), *commands("tandem rules test"), *commands("tandem playbook check")]


@pytest.mark.parametrize("command", [each for each in OFFLINE if "--live" not in each])
def test_a_tandem_command_that_needs_no_aws_does_what_it_says(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert main(shlex.split(command.replace("my-playbook", "infra/playbook"))[1:]) == 0


@pytest.mark.parametrize("command", [each for each in commands("tandem preview") if "--playbook" in each])
def test_a_preview_of_the_documents_is_written(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    assert main([*shlex.split(command)[1:], "--no-open", "--out", str(tmp_path)]) == 0
    assert [path.suffix for path in tmp_path.iterdir()] == [".html"]


@pytest.mark.parametrize("command", commands("sam"))
def test_a_sam_command_of_the_documents_names_what_exists(command: str) -> None:
    words = shlex.split(command)
    template = (ROOT / "template.yaml").read_text()

    assert all(f"\n  {word}:" in template for word in words if word.endswith("Function"))
    assert all((ROOT / word).exists() for word in words if word.endswith(".json") and word != "env.json")
    assert all(f"\n  {name}:" in template for name in re.findall(r"(\w+)=", command))


def test_every_link_of_the_documents_leads_somewhere() -> None:
    for name, text in LINKED.items():
        folder = ROOT if (ROOT / name).exists() else ROOT / "docs"
        for link in re.findall(r"\]\((?!https?://)([^)#]+)", text):
            assert (folder / link).exists(), (name, link)


def test_the_snippet_publishes_an_event_that_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    [snippet] = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    with mock_aws():
        topic = boto3.client("sns").create_topic(Name="events")["TopicArn"]
        queue = boto3.client("sqs").create_queue(QueueName="events")["QueueUrl"]
        arn = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
        boto3.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn["QueueArn"])

        exec(snippet, {"EVENTS_TOPIC_ARN": topic})  # noqa: S102
        [message] = boto3.client("sqs").receive_message(QueueUrl=queue)["Messages"]

    assert parse(message["Body"], NOON).customer_id == "ada"


def test_every_event_type_is_documented() -> None:
    assert [each for each in EventType if f"`{each}`" not in PAGES["events.md"]] == []


@pytest.mark.parametrize(
    "result", [Sent("p-1", segments=2), Shadowed(segments=2), Refused(Reason.STOPPED, "x"), Refused(Reason.EXPIRED)]
)
def test_what_tandem_tells_of_its_messages_is_documented(result: Recorded) -> None:
    news = news_of(a_send(), result, NOON)
    [row] = [line for line in PAGES["events.md"].splitlines() if line.startswith(f"| `{news['type']}` |")]

    assert [name for name in news["properties"] if f"`{name}`" not in row] == []


def test_every_reason_is_documented() -> None:
    assert [
        each for each in Outcome if each is not Outcome.CHOSEN and f"| `{each}` |" not in PAGES["arbitration.md"]
    ] == []
    assert [each for each in Reason if f"| `{each}` |" not in PAGES["words.md"]] == []


def test_every_variable_of_conditions_is_documented() -> None:
    names = {name for start in Start for name in variables(playbook().ruleset, start)}

    assert [name for name in names if f"`{name}`" not in PAGES["campaigns.md"]] == []


def test_every_reason_of_a_bad_event_is_documented() -> None:
    source = "".join(path.read_text() for path in (ROOT / "layers/tandem/tandem/events").glob("*.py"))
    raised = set(re.findall(r'BadEvent\("(\w+)"', source)) | {"missing", "wrong_type", "invalid", "too_large"}

    assert [reason for reason in raised if f"`{reason}`" not in PAGES["events.md"]] == []
