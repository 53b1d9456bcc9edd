import pytest

from tandem.customer import Channel
from tandem.sending.address import deliverable


@pytest.mark.parametrize(
    ("address", "written"),
    [
        ("ana@example.com", "ana@example.com"),
        (" Ana.B+shop@Example.com ", "Ana.B+shop@Example.com"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("ana@例え.example", "ana@xn--r8jz45g.example"),
        ("ana@xn--bcher-kva.example", "ana@xn--bcher-kva.example"),
    ],
)
def test_a_deliverable_address_is_written_in_ascii(address: str, written: str) -> None:
    assert deliverable(Channel.EMAIL, address) == written


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ana",
        "@example.com",
        "ana@",
        "ana@localhost",
        "anä@example.com",
        "ana@example.com\r\nBcc: all@example.com",
        "ana b@example.com",
        "ana,b@example.com",
        "a..b@example.com",
        ".a@example.com",
        "<ana@example.com>",
        '"ana b"@example.com',
        "ana@exa mple.com",
        "ana@-example.com",
        "ana@example..com",
        "ana@" + "a" * 64 + ".com",
        "a" * 65 + "@example.com",
        "ana@" + "a." * 130 + "com",
        "ana@straße.example",  # the older IDNA would write to strasse.example, another owner
        "ana@\u200dexample.com",
        "ana@\ud800.com",
        "ana\u202e@example.com",
    ],
)
def test_what_cannot_be_written_safely_is_not_deliverable(address: str) -> None:
    assert deliverable(Channel.EMAIL, address) is None


@pytest.mark.parametrize(
    "number", ["", "2025550123", "+1 202 555 0123", "+0123456789", "+1202555012x", "+12", "＋12025550123"]
)
def test_a_number_that_is_not_e164_is_not_deliverable(number: str) -> None:
    assert deliverable(Channel.SMS, number) is None


def test_a_number_in_e164_is_deliverable() -> None:
    assert deliverable(Channel.SMS, " +12025550123\n") == "+12025550123"


@pytest.mark.parametrize(
    "address",
    [
        "arn:aws:sns:us-east-1:123456789012:endpoint/GCM/shop/5e3e9847-3183-3f18-a7e8-671c3a57d4b3",
        "arn:aws-cn:sns:cn-north-1:123456789012:endpoint/APNS_SANDBOX/my.shop/5e3e9847-3183-3f18-a7e8-671c3a57d4b3",
    ],
)
def test_a_push_goes_to_a_phone(address: str) -> None:
    assert deliverable(Channel.PUSH, f" {address} ") == address


@pytest.mark.parametrize(
    "address",
    [
        "arn:aws:sns:us-east-1:123456789012:tandem-events",  # a topic: everybody behind it would hear
        "arn:aws:sns:us-east-1:123456789012:app/GCM/shop",
        "arn:aws:sqs:us-east-1:123456789012:endpoint/GCM/shop/5e3e9847",
        "+12025550123",
        "",
    ],
)
def test_a_push_goes_to_nothing_else(address: str) -> None:
    assert deliverable(Channel.PUSH, address) is None
