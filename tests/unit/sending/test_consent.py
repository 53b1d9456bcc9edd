from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from tandem.customer import Channel
from tandem.customer.consent import consent_key, said_at_text


def test_an_address_has_one_consent_in_every_way_of_writing_it() -> None:
    assert consent_key(Channel.EMAIL, " Ana@Example.COM ") == consent_key(Channel.EMAIL, "ana@example.com")


def test_channels_have_consents_of_their_own() -> None:
    assert consent_key(Channel.EMAIL, "+12025550123") != consent_key(Channel.SMS, "+12025550123")


def test_purposes_have_consents_of_their_own() -> None:
    keys = {consent_key(Channel.EMAIL, "ana@example.com", purpose) for purpose in ("marketing", "news", "all")}

    assert len(keys) == 3


def test_the_key_of_an_address_never_changes() -> None:
    assert consent_key(Channel.EMAIL, "ana@example.com") == (
        "18cdf97d131824899d83b9bd1e659383178b5a3f5bc5b462f30425c18f15076c"
    )


@given(st.datetimes(min_value=datetime(1995, 1, 1)), st.datetimes(min_value=datetime(1995, 1, 1)))  # noqa: DTZ001
def test_times_as_text_are_in_the_order_of_time(one: datetime, other: datetime) -> None:
    zone = timezone(timedelta(hours=-8))
    first, second = one.replace(tzinfo=UTC), other.replace(tzinfo=UTC).astimezone(zone) if other.year < 9999 else None

    if second:
        assert (said_at_text(first) < said_at_text(second)) == (first < second)
