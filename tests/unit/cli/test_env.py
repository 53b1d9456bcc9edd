"""`tandem env`: what the deployed functions are told."""

import json
from types import SimpleNamespace

import pytest

from infra.cli.main import parser, run
from infra.cli.stack import Stack
from tests.unit.cli.typed import on


def test_every_functions_environment_is_printed_by_its_name_in_the_template(capsys: pytest.CaptureFixture[str]) -> None:
    told = {"stack-Send-1": {"SEND_MODE": "shadow"}, "stack-Trigger-2": {"BUCKET": "b"}}
    client = SimpleNamespace(
        get_function_configuration=lambda FunctionName: {"Environment": {"Variables": told[FunctionName]}}
    )
    outputs = {"SendFunctionName": "stack-Send-1", "TriggerFunctionName": "stack-Trigger-2", "BucketName": "b"}

    code = run(parser({}).parse_args(["env"]), on(lambda _: client, Stack("tandem", outputs)))

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {
        "SendFunction": {"SEND_MODE": "shadow"},
        "TriggerFunction": {"BUCKET": "b"},
    }
