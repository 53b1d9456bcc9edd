"""Who is asked how much may leave, by channel. Push and webhooks have no pace of their own."""

from collections.abc import Mapping

import boto3

from functions.send.settings import SendSettings
from tandem.adapters.aws import PATIENT
from tandem.adapters.ses_account import SesAccount
from tandem.customer import Channel
from tandem.sending.pace import Accounts, FixedAccount


def accounts(settings: SendSettings) -> Mapping[Channel, Accounts]:
    """SES says what it takes; SNS does not, of text messages."""
    return {
        Channel.EMAIL: SesAccount(boto3.client("sesv2", config=PATIENT)),
        Channel.SMS: FixedAccount(settings.sms_per_second),
    }
