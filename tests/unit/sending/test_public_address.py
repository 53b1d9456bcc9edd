import pytest

from tandem.sending.public_address import is_public


@pytest.mark.parametrize("address", ["8.8.8.8", "52.95.110.1", "2606:4700:4700::1111"])
def test_what_everybody_reaches_may_be_posted_to(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",  # the metadata of a machine
        "169.254.170.2",  # and of a container
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "::10.0.0.1",
        "64:ff9b::a00:1",  # a private one, translated
        "2002:a00:1::1",
        "2001:db8::1",
        "hooks.example.com",
        "",
    ],
)
def test_what_belongs_to_somebodys_own_network_may_not(address: str) -> None:
    assert not is_public(address)
