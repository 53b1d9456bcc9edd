"""The providers of this stack. What it does not use costs no client."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import boto3

from functions.send.settings import SendSettings
from tandem.adapters.not_set_up import NotSetUp
from tandem.adapters.provider_answer import ONCE
from tandem.adapters.ses import SesMail
from tandem.adapters.sns_push import SnsPush
from tandem.adapters.sns_sms import SnsSms
from tandem.customer import Channel
from tandem.sending import Provider


def ways_out(settings: SendSettings, webhook_key: Callable[[], bytes]) -> Mapping[Channel, Provider]:
    """One provider a channel."""
    sns = boto3.client("sns", config=ONCE)
    return {
        Channel.EMAIL: SesMail(boto3.client("sesv2", config=ONCE), settings.from_address, settings.configuration_set),
        Channel.SMS: SnsSms(sns, settings.sms_sender_id, settings.sms_max_price),
        Channel.PUSH: SnsPush(sns) if settings.push_endpoints else NotSetUp("PushEndpoints"),
        Channel.WEBHOOK: _webhook(settings.webhook_url, webhook_key)
        if settings.webhook_url
        else NotSetUp("WebhookUrl"),
    }


def _webhook(url: str, key: Callable[[], bytes]) -> Provider:
    from tandem.adapters.webhook import Webhook  # noqa: PLC0415 - HTTP by hand: only who posts loads it

    return Webhook(url, key, lambda: datetime.now(UTC))
