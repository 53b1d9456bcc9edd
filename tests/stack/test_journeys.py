"""Journeys in real time on the deployed local stack, their waits shortened: real schedules, IAM enforced."""

from datetime import timedelta
from uuid import uuid4

from tandem.customer import Customer
from tandem.decisions import Decision, Outcome
from tests.stack.deployed import Deployed, wait_for

RECORD = {"product_id": "lp-midnight", "name": "Midnight Tramway", "price": "25.00", "quantity": 1}
BOX = {"product_id": "cd-box", "name": "Oak shelf box", "price": "32.00", "quantity": 1}


def test_the_welcome_series_goes_its_three_steps_and_ends(deployed: Deployed) -> None:
    ana = deployed.someone(newcomer=True)

    mails = wait_for(lambda: all_of(3, deployed.mails(ana)), seconds=600)
    decisions = wait_for(lambda: all_of(3, deployed.decisions(ana)))
    customer = wait_for(lambda: without_journeys(deployed, ana))

    assert customer is not None
    assert [each.campaign for each in decisions] == ["welcome-1", "welcome-2", "welcome-3"]
    assert decisions[1].at - decisions[0].at >= timedelta(seconds=75)
    assert len({mail.subject for mail in mails}) == 3
    assert [(each.id, each.why) for each in customer.ended] == [("welcome/", "finished")]
    assert all(entry.sent_at for entry in customer.sends)


def test_whoever_orders_leaves_the_welcome_series(deployed: Deployed) -> None:
    ben = deployed.someone(newcomer=True)
    wait_for(lambda: deployed.mails(ben))

    deployed.publish("order_completed", ben, order("c9", RECORD))
    customer = wait_for(lambda: ended(deployed, ben, "welcome/"))

    assert customer is not None
    assert [each.why for each in customer.ended if each.id == "welcome/"] == ["order_completed"]
    wait_for(lambda: timers_are_over(deployed, ben))
    wait_for(lambda: by_campaign(deployed, ben, "second-order"))
    assert {each.campaign for each in deployed.decisions(ben) if each.campaign} == {"welcome-1", "second-order"}


def test_of_two_carts_the_one_that_was_bought_has_no_reminder(deployed: Deployed) -> None:
    cleo = deployed.someone()
    deployed.publish("product_added", cleo, {"cart_id": "bought", **RECORD})
    deployed.publish("product_added", cleo, {"cart_id": "left", **BOX})
    wait_for(lambda: has_carts(deployed, cleo, 2))

    deployed.publish("order_completed", cleo, order("bought", RECORD))
    [reminder] = wait_for(lambda: by_campaign(deployed, cleo, "cart-reminder"), seconds=600)
    [silence] = wait_for(lambda: closed(deployed, cleo))
    mails = wait_for(lambda: all_of(2, deployed.mails(cleo)))

    assert reminder.cause.cart_id == "left"
    assert silence.cause.cart_id == "bought"
    assert sum("Oak shelf box" in mail.text and "Midnight" not in mail.text for mail in mails) == 1


def order(cart_id: str, line: dict[str, object]) -> dict[str, object]:
    return {
        "order_id": f"order-{uuid4()}",
        "total": line["price"],
        "currency": "USD",
        "cart_id": cart_id,
        "products": [line],
    }


def all_of[T](count: int, found: list[T]) -> list[T]:
    return found if len(found) >= count else []


def without_journeys(deployed: Deployed, customer_id: str) -> Customer | None:
    customer = deployed.customer(customer_id)
    return customer if customer and not customer.journeys else None


def ended(deployed: Deployed, customer_id: str, journey: str) -> Customer | None:
    customer = deployed.customer(customer_id)
    return customer if customer and any(each.id == journey for each in customer.ended) else None


def timers_are_over(deployed: Deployed, customer_id: str) -> bool:
    """Whether nothing of the series wakes the customer any more, though its timers may still fire."""
    customer = deployed.customer(customer_id)
    return customer is not None and not any(key.startswith("~welcome") for key in customer.timers)


def has_carts(deployed: Deployed, customer_id: str, count: int) -> bool:
    customer = deployed.customer(customer_id)
    return customer is not None and len({fact.cart_id for fact in customer.cart_facts}) == count


def by_campaign(deployed: Deployed, customer_id: str, campaign: str) -> list[Decision]:
    return [each for each in deployed.decisions(customer_id) if each.campaign == campaign]


def closed(deployed: Deployed, customer_id: str) -> list[Decision]:
    return [
        decision
        for decision in deployed.decisions(customer_id)
        if any(each.outcome is Outcome.CART_CLOSED for each in decision.candidates)
    ]
