"""What templates say of a customer's own attributes."""

from dataclasses import replace
from pathlib import Path

from infra.publish.judging.corpus import cases
from tandem.content import Mail, Sms, render
from tandem.customer import Channel
from tests.unit.content.judged import RULES, folder_of, read

SAYS = (
    "{{ customer.favorite | default: 'music' }}, {{ customer.orders | default: 0 | money }}"
    "{% if customer.last_order_at %}, {{ customer.last_order_at | date: 'short' }}{% endif %}"
)


def test_a_message_says_the_attributes_that_came_with_it(tmp_path: Path) -> None:
    content = read(folder_of(tmp_path, sms=SAYS))
    send = replace(
        cases(content, "thanks", "en", RULES, ())[0].send,
        channel=Channel.SMS,
        attributes={"favorite": "Jazz\nand blues", "orders": 1250, "last_order_at": "2026-11-22"},
    )

    message = render(content, send)

    assert isinstance(message, Sms)
    assert message.text == "Jazz and blues, $12.50, 11/22/26"


def test_an_attribute_that_did_not_come_is_absent(tmp_path: Path) -> None:
    content = read(folder_of(tmp_path, sms=SAYS))
    send = replace(cases(content, "thanks", "en", RULES, ())[0].send, channel=Channel.SMS, attributes={"favorite": ""})

    message = render(content, send)

    assert isinstance(message, Sms)
    assert message.text == "music, $0.00"


def test_what_customers_typed_is_printed_as_it_is_and_never_run(tmp_path: Path) -> None:
    content = read(folder_of(tmp_path, paragraph="Hi {{ customer.favorite | default: 'x' }}"))
    ill = [each.send for each in cases(content, "thanks", "en", RULES, ()) if "template code" in each.called]

    (message,) = [render(content, send) for send in ill]

    assert isinstance(message, Mail)
    assert "{{ 7 | times: 6 }}{% raw %}" in message.text
    assert "42" not in message.text.replace("1042", "")
    assert "<script" not in message.html
