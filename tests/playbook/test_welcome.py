"""The welcome series."""

from tandem.testing import At, Expect, Person, Wait


def test_somebody_new_is_welcomed_in_three_steps(at: At, customer: Person, wait: Wait, expect: Expect) -> None:
    at("2026-11-23 11:00", "Europe/Madrid")
    customer.signs_up()

    wait(days=21)

    expect.sent("welcome-1", channel="email", at="2026-11-23 11:30")
    expect.sent("welcome-2", channel="email", at="2026-11-27 10:00")
    expect.sent("welcome-3", channel="email", at="2026-12-01 10:00")
    expect.nothing()
