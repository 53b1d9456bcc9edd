"""What a function is told and what it reads are the same."""

import importlib
from typing import Any

import pytest

from tandem.adapters.settings import Settings

OF_POWERTOOLS = {"LOG_LEVEL"}


@pytest.mark.parametrize(
    "name",
    ["trigger", "send", "feedback", "record", "archive", "build_profiles", "load_profiles", "settle", "unsubscribe"],
)
def test_a_functions_settings_are_its_variables_in_the_template(template: dict[str, Any], name: str) -> None:
    module = importlib.import_module(f"functions.{name}.settings")
    [settings] = [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Settings) and each is not Settings
    ]

    function = template["Resources"][f"{name.title().replace('_', '')}Function"]["Properties"]
    told = set(function["Environment"]["Variables"]) - OF_POWERTOOLS

    assert {field.upper() for field in settings.model_fields} == told
