"""A bucket and a profiles table in moto, and the two functions of the slow brain run in them."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.dynamodb.models import DynamoDBBackend

from functions.build_profiles import app as build_app
from functions.load_profiles import app as load_app
from tandem.adapters.profile_table import CONFIG
from tandem.attributes.profile import Profile, unpack_header, unpack_profile
from tandem.attributes.tiers import SnapshotHeader

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

BUCKET: Final = "tandem-bucket"
TABLE: Final = "profiles"
ENVIRON: Final = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "BUCKET": BUCKET,
    "PROFILES_TABLE": TABLE,
}
CONTEXT: Final[Any] = SimpleNamespace(
    function_name="tests", memory_limit_in_mb=1, invoked_function_arn="arn:tests", aws_request_id="1"
)


@dataclass(frozen=True)
class World:
    """What the tests put in and look at."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"

    def put_history(self, path: Path, key: str = "history/orders.csv") -> None:
        self.s3.upload_file(str(path), BUCKET, key)

    def build(self, as_of: str) -> dict[str, Any]:
        return self.start_build({"history": "history/orders.csv", "as_of": as_of})

    def start_build(self, payload: dict[str, Any]) -> dict[str, Any]:
        return build_app.handler(payload, CONTEXT)

    def load(self, event: dict[str, Any]) -> list[dict[str, Any]]:
        return load_app.handler(event, CONTEXT)

    def objects(self) -> dict[str, bytes]:
        listed = self.s3.list_objects_v2(Bucket=BUCKET, Prefix="snapshots/").get("Contents", [])
        return {part["Key"]: self.s3.get_object(Bucket=BUCKET, Key=part["Key"])["Body"].read() for part in listed}

    def items(self) -> dict[str, dict[str, Any]]:
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=TABLE)
        return {item["pk"]["S"]: item for page in pages for item in page["Items"]}

    def profiles(self) -> dict[str, Profile]:
        return {
            key.removeprefix("profile#"): unpack_profile(key.removeprefix("profile#"), item["data"]["B"])
            for key, item in self.items().items()
            if key != "snapshot"
        }

    def header(self) -> SnapshotHeader | None:
        item = self.items().get("snapshot")
        return unpack_header(json.loads(item["data"]["S"])) if item else None


@contextmanager
def world() -> Iterator[World]:
    """An empty bucket and table. The functions make their clients anew.

    moto copies the whole table for every put of a transaction, and not safely for threads: keep tables small.
    """
    lock, transact = Lock(), DynamoDBBackend.transact_write_items

    def one_by_one(backend: DynamoDBBackend, items: list[dict[str, Any]]) -> None:
        with lock:
            transact(backend, items)

    with (
        mock_aws(),
        patch.dict(os.environ, ENVIRON),
        patch.object(DynamoDBBackend, "transact_write_items", one_by_one),
    ):
        build_app.files.cache_clear()
        load_app.built.cache_clear()
        made = World(boto3.client("s3"), boto3.client("dynamodb", config=CONFIG))
        made.s3.create_bucket(Bucket=BUCKET)
        made.dynamodb.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        )
        yield made
