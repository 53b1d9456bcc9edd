"""Every test here meets moto in place of AWS, and no real credentials."""

from collections.abc import Iterator

import pytest

from tests.aws.one_session import quick_aws
from tests.aws.shop_world import Shop, open_shop


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto's AWS, empty."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with quick_aws():
        yield


@pytest.fixture
def shop(aws: None) -> Shop:
    """A shop with the starter playbook and no customer."""
    return open_shop()
