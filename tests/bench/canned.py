"""boto3 with the network taken out: a canned answer comes back where the request would leave."""

import json
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from tandem.adapters.aws import PATIENT


def canned(service: str, answers: dict[str, Any], config: Config = PATIENT) -> Any:
    """A client whose requests never leave."""
    client = boto3.client(
        service,  # type: ignore[call-overload]
        region_name="us-east-1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=config,
    )

    def answer(request: Any, event_name: str, **_: Any) -> AWSResponse:
        operation = event_name.rpartition(".")[2]
        return AWSResponse(request.url, 200, HTTPHeaders(), _Raw(answers[operation]))

    client.meta.events.register("before-send", answer)
    return client


class _Raw:
    """A body that was read already: JSON, or XML as it is."""

    def __init__(self, document: Any) -> None:
        self._body = (document if isinstance(document, str) else json.dumps(document)).encode()

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._body]
