"""What customers of the starter playbook's tests do."""

from tandem.testing import Person

RECORD = "record-01"


def fills(customer: Person, cart: str = "c-1", price: float = 25, **more: str) -> None:
    """A record is put in a cart."""
    customer.does("product_added", product_id=RECORD, name="Harbor Lights", price=price, cart_id=cart, **more)


def orders(customer: Person, order: str = "o-1", total: float = 25, **more: str) -> None:
    """An order of one record."""
    products = [{"product_id": RECORD, "name": "Harbor Lights", "price": total}]
    customer.does("order_completed", order_id=order, total=total, products=products, **more)
