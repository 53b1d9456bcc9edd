"""`tandem playbook publish|rollback|list|diff|stop|resume` against moto."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from infra.cli import checks
from infra.cli.checks import State
from infra.cli.playbooks import publisher_of
from infra.cli.session import Session
from infra.cli.stack import Stack
from tandem.adapters.playbook_files import playbook_key
from tandem.errors import Conflict
from tandem.playbook import Live, Playbook
from tests.builders import DAY, HOUR, MINUTE, NOON
from tests.unit.cli.typed import Typed, on, typed
from tests.unit.publish.folders import folder_with

VIEWS = "attributes:\n  - { attribute: views, on: product_viewed, function: count, window: 7d }\n"
LONGER = VIEWS.replace("7d", "8d")
WELCOME = "id: welcome\nstart: { event: customer_identified }\nsteps:\n  - campaign: second-order\n"


@pytest.fixture
def stack(aws: None) -> Session:
    """A stack with nothing published."""
    boto3.client("dynamodb").create_table(
        TableName="playbooks",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    boto3.client("s3").create_bucket(Bucket="shop")
    return at(NOON)


def at(now: datetime) -> Session:
    outputs = {"PlaybooksTableName": "playbooks", "BucketName": "shop"}
    clients: Any = boto3.client
    return on(clients, Stack("tandem", outputs), now)


def publish(folder: Path, *more: str, now: datetime = NOON) -> Typed:
    return typed("playbook", "publish", str(folder), *more, session=at(now))


def playbook(*words: str, now: datetime = NOON) -> Typed:
    return typed("playbook", *words, session=at(now))


def document(number: int, name: str = "playbook.json") -> dict[str, Any]:
    found: dict[str, Any] = json.load(
        boto3.client("s3").get_object(Bucket="shop", Key=playbook_key(number, name))["Body"]
    )
    return found


def live(now: datetime = NOON) -> Playbook:
    found = publisher_of(at(now)).live()
    assert found
    return found


def held(now: datetime = NOON) -> Live:
    return publisher_of(at(now)).table_of_live.live()


def codes(found: Playbook) -> dict[str, int]:
    return {rule.attribute: rule.code for rule in found.ruleset.rules}


def rows(answer: Typed) -> dict[str, str]:
    """The lines of a list, by number."""
    return {line.split()[0]: line for line in answer.out.splitlines() if line[:1].isdigit()}


def test_a_playbook_is_published_with_number_author_note_and_moment(stack: Session, tmp_path: Path) -> None:
    answer = publish(folder_with(tmp_path, VIEWS), "--author", "ada", "--note", "looks count")

    assert answer.code == 0
    assert "Published as playbook 1 of tandem by ada." in answer.out
    found = live()
    assert (found.number, found.author, found.note, found.published_at) == (1, "ada", "looks count", NOON)
    assert found.since == NOON


def test_the_author_is_who_aws_says_one_is(stack: Session, tmp_path: Path) -> None:
    arn = boto3.client("sts").get_caller_identity()["Arn"]

    publish(folder_with(tmp_path))

    assert live().author == arn.split("/")[-1]


def test_who_publishes_has_to_be_said_where_aws_does_not_say_it(stack: Session, tmp_path: Path) -> None:
    class Denied:
        def get_caller_identity(self) -> None:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetCallerIdentity")

    clients: Any = lambda service: Denied() if service == "sts" else boto3.client(service)  # noqa: E731
    folder = str(folder_with(tmp_path))

    answer = typed("playbook", "publish", folder, session=on(clients, stack.stack()))

    assert answer.code == 2
    assert "AWS does not say who publishes\n  say it: --author NAME" in answer.err
    assert held() == Live()


def test_a_broken_playbook_never_replaces_a_good_one(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    (folder / "campaigns/second-order.yaml").write_text("id: second-order\n")

    answer = publish(folder)

    assert answer.code == 2
    assert "campaigns/second-order.yaml:1: channels: is missing" in answer.err
    assert held() == Live(1)


def test_a_playbook_takes_effect_at_its_moment_and_its_rules_with_it(stack: Session, tmp_path: Path) -> None:
    publish(folder_with(tmp_path))

    answer = publish(folder_with(tmp_path, VIEWS), "--at", "2026-11-21T09:00:00Z", "--author", "ada")

    moment = datetime.fromisoformat("2026-11-21T09:00:00Z")
    assert "playbook 2 of tandem by ada; it takes effect 21 Nov 2026 09:00 UTC" in answer.out
    assert (live(moment - MINUTE).number, live(moment).number) == (1, 2)
    [views] = [rule for rule in live(moment).ruleset.rules if rule.attribute == "views"]
    assert views.since == moment


def test_what_no_moment_can_be_is_refused(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)

    assert "--at tomorrow is no time" in publish(folder, "--at", "tomorrow").err
    assert "--at 2026-11-19T09:00:00Z has passed" in publish(folder, "--at", "2026-11-19T09:00:00Z").err
    assert held() == Live()


@pytest.mark.parametrize("more", [(), ("--at", "now+2d")], ids=["at once", "later"])
def test_one_that_is_still_to_take_effect_is_dropped_only_when_told_so(
    stack: Session, tmp_path: Path, more: tuple[str, ...]
) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    publish(folder, "--at", "now+1d")

    refused = publish(folder, *more)
    told = publish(folder, *more, "--replace")

    assert refused.code == 2
    assert "playbook 2 is published already and takes effect 21 Nov 2026 12:00 UTC" in refused.err
    assert "Playbook 2, which was still to take effect, gives way." in told.out
    assert (live().number, live(NOON + 3 * DAY).number) == ((3, 3) if not more else (1, 3))


def test_one_that_has_taken_effect_is_followed_without_a_word(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    publish(folder, "--at", "now+1d")

    answer = publish(folder, now=NOON + 2 * DAY)

    assert answer.code == 0
    assert "gives way" not in answer.out
    assert live(NOON + 2 * DAY).follows == 2


def test_a_rule_of_a_playbook_that_never_held_keeps_its_code_to_itself(stack: Session, tmp_path: Path) -> None:
    publish(folder_with(tmp_path))
    publish(folder_with(tmp_path, VIEWS), "--at", "now+1d")

    publish(folder_with(tmp_path, LONGER), "--replace")

    assert codes(live())["views"] == 102


def test_who_did_not_see_the_last_publication_changes_nothing(stack: Session, tmp_path: Path) -> None:
    folder, publisher = folder_with(tmp_path), publisher_of(stack)
    seen = held()
    publish(folder)

    with pytest.raises(Conflict):
        publisher.publish(folder, now=NOON, held=seen)

    assert live().number == 1


def test_rollback_publishes_the_words_and_rules_of_the_one_before_as_a_new_number(
    stack: Session, tmp_path: Path
) -> None:
    folder = folder_with(tmp_path, VIEWS)
    publish(folder)
    (folder / "campaigns/second-order.yaml").write_text(
        (folder / "campaigns/second-order.yaml").read_text().replace("priority: 200", "priority: 7")
    )
    publish(folder_with(tmp_path, LONGER), now=NOON + HOUR)

    answer = playbook("rollback", "--author", "ada", now=NOON + 2 * HOUR)

    found = live(NOON + 2 * HOUR)
    assert answer.code == 0
    assert "priority: 7 → 200" in answer.out
    assert (found.number, found.author, found.note, found.follows) == (3, "ada", "rollback to 1", 2)
    assert found.by_id["second-order"].priority == 200
    assert document(3, "content.json")["number"] == 3
    [views] = [rule for rule in found.ruleset.rules if rule.attribute == "views"]
    assert (views.code, views.version, views.since) == (103, 3, NOON + 2 * HOUR)
    assert codes(found)["orders"] == 1


def test_a_second_rollback_takes_the_first_one_back(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    publish(folder)
    playbook("rollback")

    playbook("rollback")

    assert live().note == "rollback to 2"


def test_rollback_withdraws_what_was_still_to_take_effect(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    publish(folder)
    publish(folder, "--at", "now+1d")

    answer = playbook("rollback")

    assert "Playbook 3, which was still to take effect, gives way." in answer.out
    assert (held().number, held().next_at) == (4, None)


def test_rollback_passes_over_a_number_that_never_held(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    boto3.client("s3").copy_object(
        Bucket="shop", CopySource=f"shop/{playbook_key(1, 'playbook.json')}", Key=playbook_key(2, "playbook.json")
    )
    publish(folder)

    playbook("rollback")

    assert live().note == "rollback to 1"


def test_rollback_to_what_this_release_does_not_understand_is_refused(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    publish(folder)
    old = document(1)
    old["campaigns"][0]["audience"] = "customer.gone == 1"
    boto3.client("s3").put_object(Bucket="shop", Key=playbook_key(1, "playbook.json"), Body=json.dumps(old))

    answer = playbook("rollback")

    assert answer.code == 2
    assert "campaign second-order:1: audience: 1:9: undeclared reference to 'customer.gone'" in answer.err
    assert held() == Live(2)


REFUSED = {
    "one that is live": ("2", "playbook 2 is live"),
    "one that is not": ("9", "there is no playbook 9"),
}


@pytest.mark.parametrize(("number", "problem"), REFUSED.values(), ids=REFUSED)
def test_rollback_to_what_cannot_be_is_refused(stack: Session, tmp_path: Path, number: str, problem: str) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    publish(folder)

    answer = playbook("rollback", number)

    assert answer.code == 2
    assert problem in answer.err
    assert held() == Live(2)


def test_rollback_needs_one_before(stack: Session, tmp_path: Path) -> None:
    assert "no playbook is published" in playbook("rollback").err
    publish(folder_with(tmp_path))

    assert "there is none before playbook 1" in playbook("rollback").err


def test_list_shows_each_number_with_what_became_of_it(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder, "--author", "ada", "--note", "the first")
    publish(folder, "--at", "now+1h")
    publish(folder, "--at", "now+2h", "--replace")
    publish(folder, "--at", "now+3d", "--author", "ben", now=NOON + 3 * HOUR)

    told = rows(playbook("list", now=NOON + 3 * HOUR))

    assert list(told) == ["4", "3", "2", "1"]
    assert "pending" in told["4"]
    assert "23 Nov 2026 15:00" in told["4"]
    assert "ben" in told["4"]
    assert "live" in told["3"]
    assert "never held" in told["2"]
    assert told["1"].split()[1:5] == ["20", "Nov", "2026", "12:00"]
    assert told["1"].endswith("ada     the first")


def test_list_says_when_nothing_is_published(stack: Session) -> None:
    answer = playbook("list")

    assert answer.code == 1
    assert "No playbook is published." in answer.out


def test_diff_compares_what_is_live_with_a_folder_or_two_numbers(stack: Session, tmp_path: Path) -> None:
    publish(folder_with(tmp_path))
    folder = folder_with(tmp_path, VIEWS, journey=WELCOME)

    with_live = playbook("diff", str(folder))
    publish(folder)
    of_numbers = playbook("diff", "1", "2")

    for answer in (with_live, of_numbers):
        assert answer.code == 0
        assert "journey welcome: added" in answer.out
        assert "+ campaign second-order" in answer.out
        assert "attribute views: added" in answer.out
        assert "Begin anew: views." in answer.out
    assert "nothing is otherwise" in playbook("diff", "live", str(folder)).out
    assert "journey welcome: removed" in playbook("diff", "2", "1").out


def test_diff_says_what_is_not_there(stack: Session, tmp_path: Path) -> None:
    assert "no playbook is published" in playbook("diff").err
    publish(folder_with(tmp_path))

    assert "there is no playbook 9" in playbook("diff", "9", "live").err
    assert "there is no folder nowhere" in playbook("diff", "nowhere").err


def test_check_can_say_what_is_new_against_what_is_live(stack: Session, tmp_path: Path) -> None:
    publish(folder_with(tmp_path, VIEWS))

    answer = playbook("check", str(folder_with(tmp_path, LONGER)), "--live")

    assert "New against playbook 1" in answer.out
    assert "views      changed  count of product_viewed, in the last 7 days" in answer.out


def test_publishing_says_who_stays_on_an_old_version_and_who_leaves(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, journey=WELCOME)
    publish(folder)
    changed = publish(folder_with(tmp_path, journey=f"{WELCOME}  - wait: 1d\n"), now=NOON + HOUR)
    (folder / "journeys/mine.yaml").unlink()
    removed = publish(folder, now=NOON + 2 * HOUR)

    assert "Journey welcome has a new version: who is in it stays on version 1." in changed.out
    assert "Journey welcome is removed, and so ended: who is in it leaves." in removed.out
    former = live(NOON + 2 * HOUR).former
    assert [(each.version, each.status) for each in former] == [(1, "ended"), (2, "ended")]


STOPPED = {
    "everything": (("everything",), "everything"),
    "a channel": (("channel", "sms"), "channel sms"),
    "a campaign": (("campaign", "second-order"), "campaign second-order"),
    "a journey": (("journey", "welcome"), "journey welcome (nobody moves or enters)"),
    "a journey's end": (("journey", "welcome", "--end"), "journey welcome (ended: everybody leaves)"),
}


@pytest.mark.parametrize(("words", "said"), STOPPED.values(), ids=STOPPED)
def test_what_is_stopped_holds_until_it_is_resumed(
    stack: Session, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    publish(folder_with(tmp_path, journey=WELCOME))

    stopped, again = playbook("stop", *words), playbook("stop", *words)
    stops = held().stops
    resumed = playbook("resume", *words[:2])

    assert stopped.code == 0
    assert f"Stopped now: {said}." in stopped.out
    assert "within a minute, on queued messages too" in stopped.out
    assert "was stopped already" in again.out
    assert not stops.is_empty
    assert "Stopped now: nothing." in resumed.out
    assert held().stops.is_empty
    assert "was not stopped" in playbook("resume", *words[:2]).out


def test_a_paused_journey_can_be_ended_and_an_ended_one_is_not_paused(stack: Session, tmp_path: Path) -> None:
    publish(folder_with(tmp_path, journey=WELCOME))
    playbook("stop", "journey", "welcome")
    playbook("stop", "journey", "welcome", "--end")
    answer = playbook("stop", "journey", "welcome")

    assert "journey welcome is ended" in answer.err
    assert (held().stops.ended, held().stops.paused) == ({"welcome"}, set())


UNKNOWN = {
    "a channel": (("channel", "emial"), "there is no channel emial; did you mean email?"),
    "a campaign": (("campaign", "second-oder"), "there is no campaign second-oder; did you mean second-order?"),
    "a journey": (("journey", "welcom"), "there is no journey welcom; did you mean welcome?"),
    "no name": (("campaign",), "which campaign?"),
    "one too many": (("everything", "now"), "everything has no name"),
}


@pytest.mark.parametrize("action", ["stop", "resume"])
@pytest.mark.parametrize(("words", "problem"), UNKNOWN.values(), ids=UNKNOWN)
def test_a_name_that_nothing_has_is_refused(
    stack: Session, tmp_path: Path, words: tuple[str, ...], problem: str, action: str
) -> None:
    publish(folder_with(tmp_path, journey=WELCOME))

    answer = playbook(action, *words)

    assert answer.code == 2
    assert problem in answer.err
    assert held().stops.is_empty


def test_only_journeys_are_ended(stack: Session, tmp_path: Path) -> None:
    publish(folder_with(tmp_path))

    assert "--end is for a journey" in playbook("stop", "campaign", "second-order", "--end").err
    assert held().stops.is_empty


def test_everything_can_be_stopped_before_anything_is_published(stack: Session) -> None:
    assert playbook("stop", "everything").code == 0
    assert held().stops.everything


def test_what_is_gone_from_the_playbook_can_be_resumed(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, journey=WELCOME)
    publish(folder)
    playbook("stop", "journey", "welcome")
    (folder / "journeys/mine.yaml").unlink()
    publish(folder)

    assert "Stopped now: nothing." in playbook("resume", "journey", "welcome").out


def test_stops_outlive_publishing(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    playbook("stop", "channel", "sms")
    publish(folder)
    playbook("rollback")

    assert held().stops.channels == {"sms"}


def test_doctor_says_what_is_stopped_and_what_is_to_come(stack: Session, tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    publish(folder)
    publish(folder, "--at", "now+1d")
    playbook("stop", "campaign", "second-order")

    told = checks.playbook(stack, stack.stack())
    warned = checks.stops(stack, stack.stack())

    assert (told.state, told.said) == (
        State.GOOD,
        "number 1 is live; number 2 takes effect 21 Nov 2026 12:00 UTC",
    )
    assert (warned.state, warned.said) == (State.WARNS, "stopped: campaign second-order")
    assert warned.fix == "tandem playbook resume campaign second-order"


def test_doctor_is_content_when_nothing_is_stopped(stack: Session) -> None:
    assert checks.stops(stack, stack.stack()).state is State.GOOD
    assert checks.playbook(stack, stack.stack()).state is State.LACKS
