"""`tandem webhook secret`, and what `tandem doctor` says of channels that are not set up."""

import shutil
from pathlib import Path

import boto3
import pytest

from tandem.adapters.secret import derive
from tests.aws.cli_world import session
from tests.aws.shop_world import PLAYBOOK, Shop
from tests.unit.cli.typed import on, typed

SET_UP = {
    "WebhookUrl": "https://hooks.example.com/",
    "PushEndpoints": "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/*",
}


def test_the_webhooks_key_is_printed_alone_and_is_no_other_uses(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    arn = boto3.client("secretsmanager").create_secret(Name="tandem", SecretString="s" * 64)["ARN"]
    found = session().stack()
    there = on(session().client, type(found)("tandem", {**found.outputs, "SecretArn": arn}))

    assert typed("webhook", "secret", session=there).code == 0
    assert capsys.readouterr().out.strip() == derive("s" * 64, "webhook").hex()


def names_every_channel(folder: Path) -> Path:
    """The starter playbook, with a campaign that may use each."""
    copy = folder / "playbook"
    shutil.copytree(PLAYBOOK, copy)
    birthday = copy / "campaigns/birthday.yaml"
    said = birthday.read_text()
    assert "channels: [email, sms]" in said
    birthday.write_text(said.replace("channels: [email, sms]", "channels: [push, webhook, email, sms]"))
    return copy


def test_doctor_warns_of_channels_that_campaigns_name_and_the_stack_lacks(shop: Shop, tmp_path: Path) -> None:
    before = typed("doctor", session=session()).out
    typed("playbook", "publish", str(names_every_channel(tmp_path)), "--author", "ada", session=session())

    lacking, half = typed("doctor", session=session()).out, {"WebhookUrl": SET_UP["WebhookUrl"]}

    assert "✓ channels" in before
    assert "! channels       campaigns name push and webhook, not set up" in lacking
    assert "WebhookUrl=https://YOUR-TOOL/messages" in lacking
    assert "! channels       campaigns name push, not set up" in typed("doctor", session=session(parameters=half)).out
    assert "✓ channels" in typed("doctor", session=session(parameters=SET_UP)).out
