"""`has` asks for a field of what a source sent. Of a variable it can never be told, and so is refused."""

from pathlib import Path

import pytest

from tests.unit.publish.folders import defects_of, folder_with

SET = "  - set: { category: start.properties.category }\n"
ASKED = "has({asked}): has asks for what a source sent, such as event.properties.coupon"


def journey(condition: str) -> str:
    return (
        "id: mine\nstart: { event: order_completed }\nsteps:\n"
        f"{SET}  - branch:\n      - when: {condition}\n        steps: [{{ campaign: second-order }}]\n"
    )


def campaign(audience: str) -> str:
    head = "id: mine\ntrigger: { event: order_completed }\nchannels: [email]\ncontent: second-order\n"
    return f"{head}audience: {audience}\n"


def test_a_variable_of_the_journey_is_not_asked_for(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, journey=journey("has( journey.category ) && true"))

    assert [each.problem for each in defects_of(folder)] == [ASKED.format(asked="journey.category")]


@pytest.mark.parametrize("condition", ["has(start.properties.category)", "journey.category == 'has(journey.category)'"])
def test_what_a_source_sent_may_be_asked_for(condition: str, tmp_path: Path) -> None:
    assert defects_of(folder_with(tmp_path, journey=journey(condition))) == ()


def test_an_attribute_in_an_audience_is_not_asked_for(tmp_path: Path) -> None:
    attributes = "attributes:\n  - { attribute: gift, on: product_shared, function: ever }\n"
    folder = folder_with(tmp_path, attributes, campaign("has(customer.gift)"))

    assert [each.problem for each in defects_of(folder)] == [ASKED.format(asked="customer.gift")]
