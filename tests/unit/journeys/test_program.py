"""The steps as a graph: ids, what comes after what, and where ways join again."""

from tandem.journeys import program
from tests.unit.journeys.ways import journey

SAY = {"campaign": "thanks"}
WAIT = {"wait": "1d"}


def test_steps_follow_each_other_by_their_places_to_the_end() -> None:
    laid = program(journey(SAY, WAIT, SAY))

    assert laid.first == "0"
    assert [(node.id, node.then) for node in laid.nodes.values()] == [("0", "1"), ("1", "2"), ("2", "")]


def test_a_step_that_has_a_name_is_known_by_it() -> None:
    laid = program(journey(SAY, {"id": "a-week", **WAIT}))

    assert (laid.nodes["0"].then, laid.nodes["a-week"].then) == ("a-week", "")


def test_the_ways_of_a_branch_join_again_behind_it() -> None:
    branch = {"branch": [{"when": "true", "steps": [SAY, SAY]}], "otherwise": [WAIT]}

    laid = program(journey(branch, WAIT))

    assert dict(laid.nodes["0"].ways) == {"0": "0.0.0", "else": "0.else.0"}
    assert [laid.nodes[each].then for each in ("0.0.0", "0.0.1", "0.else.0")] == ["0.0.1", "1", "1"]


def test_a_way_without_steps_leads_on() -> None:
    branch = {"branch": [{"when": "true"}]}

    laid = program(journey(branch, WAIT))

    assert dict(laid.nodes["0"].ways) == {"0": "1", "else": "1"}


def test_what_follows_a_missed_event_joins_again_too() -> None:
    wait = {"wait": {"event": "order_delivered", "within": "1d"}, "otherwise": [SAY]}

    laid = program(journey(wait, WAIT))

    assert (dict(laid.nodes["0"].ways), laid.nodes["0.else.0"].then) == ({"else": "0.else.0"}, "1")


def test_ways_within_ways_are_known_by_the_way_to_them() -> None:
    inner = {"split": [{"weight": 1, "steps": [SAY]}, {"weight": 1}]}
    branch = {"branch": [{"when": "true", "steps": [inner]}]}

    laid = program(journey(branch))

    assert dict(laid.nodes["0.0.0"].ways) == {"0": "0.0.0.0.0", "1": ""}


def test_every_step_of_a_journey_is_in_its_program() -> None:
    branch = {"branch": [{"when": "true", "steps": [SAY, {"id": "named", **WAIT}]}], "otherwise": [SAY]}
    told = journey(branch, {"wait": {"event": "order_delivered", "within": "1d"}, "otherwise": [{"exit": "late"}]})

    assert set(program(told).nodes) == {where for where, _ in told.every_step()}
