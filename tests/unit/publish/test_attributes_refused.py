"""What cannot be right is refused when published: each defect with its file, line and field."""

from pathlib import Path

import pytest

from tests.unit.publish.folders import defects_of, folder_with

COUNT = "on: order_completed, function: count"
CAMPAIGN = """\
id: mine
priority: 7
trigger: { event: product_viewed }
when: customer.views == 3
channels: [email]
content: second-order
"""

# Each line of a block is a field; the one that ends in `# here` is what the defect has to name, or else it lacks.
REFUSED: dict[str, tuple[str, str, str]] = {
    "an unknown event": ("on: order_complete # here\nfunction: count", "on", "did you mean order_completed?"),
    "an unknown event in a list": ("on: [cart_viewed, order_complet] # here\nfunction: count", "on.1", "did you mean"),
    "an event like no other": ("on: zzz # here\nfunction: count", "on", "there is no zzz"),
    "no event": ("function: count", "on", "is missing"),
    "an empty list of events": ("on: [] # here\nfunction: count", "on", "has to have at least 1"),
    "the same event twice": ("on: [cart_viewed, cart_viewed] # here\nfunction: count", "on", "twice"),
    "a timer": ("on: timer_fired # here\nfunction: count", "on", "is internal"),
    "a profile": ("on: [cart_viewed, profile_refreshed] # here\nfunction: count", "on", "is internal"),
    "an unknown function": ("on: cart_viewed\nfunction: cuont # here", "function", "did you mean count?"),
    "an unknown field": ("on: cart_viewed\nfunction: count\nwindwo: 7d # here", "windwo", "did you mean window?"),
    "a condition that is no CEL": (
        "on: cart_viewed\nfunction: count\nwhen: event.type = 'x' # here",
        "when",
        "equal is written ==",
    ),
    "a condition with a typo": (
        "on: cart_viewed\nfunction: count\nwhen: event.propertes.a == 1 # here",
        "when",
        "did you mean event.properties?",
    ),
    "a condition that is a number": ("on: cart_viewed\nfunction: count\nwhen: 1 + 1 # here", "when", "true or false"),
    "a condition over the customer": (
        "on: cart_viewed\nfunction: count\nwhen: customer.orders > 1 # here",
        "when",
        "a rule sees the event alone",
    ),
    "a line where there is none": (
        "on: cart_viewed\nfunction: count\nwhen: line.quantity > 1 # here",
        "when",
        "only where each_line is used",
    ),
    "a value that is no CEL": (
        "on: cart_viewed\nfunction: sum\nvalue: event.propertes.a # here",
        "value",
        "did you mean event.properties?",
    ),
    "a sum of texts": (
        "on: cart_viewed\nfunction: sum\nvalue: event.type # here",
        "value",
        "is string, and sum is of int",
    ),
    "a sum of fractions": (
        "on: cart_viewed\nfunction: sum\nvalue: 1.5 # here",
        "value",
        "is double, and sum is of int",
    ),
    "an average of fractions": ("on: cart_viewed\nfunction: average\nvalue: 1.5 # here", "value", "average is of int"),
    "a sum said to be of texts": (
        "on: cart_viewed\nfunction: sum\nvalue: event.properties.a\ntype: string # here",
        "type",
        "sum is of int values",
    ),
    "a type that nobody tells": (
        "function: last\non: cart_viewed\nvalue: event.properties.a",
        "type",
        "is missing: what event.properties.a comes to only events tell",
    ),
    "a type that is wrong": (
        "on: cart_viewed\nfunction: last\nvalue: event.type\ntype: int # here",
        "type",
        "is int, but event.type is string",
    ),
    "an unknown type": (
        "on: cart_viewed\nfunction: last\nvalue: event.properties.a\ntype: text # here",
        "type",
        "there is no text; there are string",
    ),
    "a type where none is needed": ("on: cart_viewed\nfunction: count\ntype: int # here", "type", "known without"),
    "a value for a count": ("on: cart_viewed\nfunction: count\nvalue: '1' # here", "value", "count takes no value"),
    "a value for ever": ("on: cart_viewed\nfunction: ever\nvalue: event.type # here", "value", "ever takes no value"),
    "a value for days since": ("on: cart_viewed\nfunction: days_since\nvalue: '1' # here", "value", "takes no value"),
    "a value for a gap": ("on: cart_viewed\nfunction: median_gap\nvalue: '1' # here", "value", "takes no value"),
    "a line's value for a count": (
        "on: cart_viewed\nfunction: count\neach_line: line.quantity # here",
        "each_line",
        "write each_line: true",
    ),
    "no value": ("function: sum\non: cart_viewed", "value", "is missing: sum needs a value"),
    "value and each_line": (
        "on: cart_viewed\nfunction: distinct\nvalue: event.type\neach_line: line.x # here\ntype: string",
        "each_line",
        "either value or each_line",
    ),
    "the first of lines": (
        "on: cart_viewed\nfunction: first\neach_line: line.product_id # here\ntype: string",
        "each_line",
        "the lines of one event have no order",
    ),
    "the last of lines": (
        "on: cart_viewed\nfunction: last\neach_line: line.product_id # here\ntype: string",
        "each_line",
        "the lines of one event have no order",
    ),
    "latest of times": (
        "on: cart_viewed\nfunction: latest\nvalue: event.occurred_at # here",
        "value",
        "of string values",
    ),
    "most frequent of numbers": (
        "on: cart_viewed\nfunction: most_frequent\nvalue: size(event.type) # here",
        "value",
        "of string values",
    ),
    "top of numbers": ("on: cart_viewed\nfunction: top\nvalue: size(event.type) # here", "value", "of string values"),
    "top of money": (
        "on: cart_viewed\nfunction: top\nvalue: { money: total, currency: USD } # here",
        "value",
        "money is a number",
    ),
    "a list as a value": (
        "on: cart_viewed\nfunction: distinct\nvalue: '[event.type]' # here",
        "value",
        "is list of strings, and a value is one of",
    ),
    "a weight elsewhere": ("on: cart_viewed\nfunction: count\nweight: '2' # here", "weight", "only top weighs"),
    "a weight that is a fraction": (
        "on: cart_viewed\nfunction: top\neach_line: line.product_id\nweight: 1.5 # here",
        "weight",
        "a weight is a whole number",
    ),
    "a weight with a typo": (
        "on: cart_viewed\nfunction: top\nvalue: event.type\nweight: event.propertes.w # here",
        "weight",
        "did you mean event.properties?",
    ),
    "n elsewhere": ("on: cart_viewed\nfunction: count\nn: 3 # here", "n", "only latest, median_gap, most_frequent"),
    "n of nothing": (
        "on: cart_viewed\nfunction: latest\nvalue: event.type\nn: 0 # here",
        "n",
        "has to be at least 1",
    ),
    "n in words": ("on: cart_viewed\nfunction: latest\nvalue: event.type\nn: five # here", "n", "a whole number"),
    "n of too many": (
        "on: cart_viewed\nfunction: latest\nvalue: event.type\nn: 101 # here",
        "n",
        "has to be at most 100",
    ),
    "n of too many gaps": ("on: cart_viewed\nfunction: median_gap\nn: 51 # here", "n", "has to be at most 50"),
    "a window in words": ("on: cart_viewed\nfunction: count\nwindow: a while # here", "window", "or a length such as"),
    "a window too short": ("on: cart_viewed\nfunction: count\nwindow: 45m # here", "window", "between 1h and 400d"),
    "a window too long": ("on: cart_viewed\nfunction: count\nwindow: 401d # here", "window", "between 1h and 400d"),
    "a window between quarters": (
        "on: cart_viewed\nfunction: count\nwindow: 70m # here",
        "window",
        "whole quarter hours",
    ),
    "a window between days": ("on: cart_viewed\nfunction: count\nwindow: 80h # here", "window", "whole days"),
    "a currency of four letters": (
        "on: cart_viewed\nfunction: sum\nvalue: { money: total, currency: EURO } # here",
        "value.currency",
        "three capital letters",
    ),
    "no currency": ("on: cart_viewed\nfunction: sum\nvalue: { money: total } # here", "value.currency", "is missing"),
    "no money": ("on: cart_viewed\nfunction: sum\nvalue: { currency: USD } # here", "value.money", "is missing"),
    "refunds without orders": (
        "on: cart_viewed\nfunction: count\nrefunds: ignore # here",
        "refunds",
        "does not listen to order_completed",
    ),
    "refunds of a maximum": (
        "function: max\non: order_completed\nvalue: { money: total, currency: USD }",
        "refunds",
        "max cannot take an order back",
    ),
    "refunds subtracted from a maximum": (
        "on: order_completed\nfunction: max\nvalue: { money: total, currency: USD }\nrefunds: subtract # here",
        "refunds",
        "write refunds: ignore",
    ),
    "refunds counted and taken back": (
        "function: sum\non: [order_completed, order_refunded]\nvalue: { money: total, currency: USD }",
        "refunds",
        "counts refunds and takes them back as well",
    ),
    "refunds in other words": (
        "on: order_completed\nfunction: count\nrefunds: ignored # here",
        "refunds",
        "did you mean ignore?",
    ),
    "derived with a typo": ("derived: customer.ordres + 1 # here", "derived", "did you mean customer.orders?"),
    "derived that is no CEL": ("derived: customer.orders + # here", "derived", "mismatched input the end"),
    "derived from itself": ("derived: customer.mine + 1 # here", "derived", "cannot be computed from itself"),
    "derived of no kind": (
        "derived: now - customer.last_order_at # here",
        "derived",
        "cannot be told what it comes to",
    ),
    "otherwise of another kind": ("derived: customer.orders + 1\notherwise: none # here", "otherwise", "has to be int"),
    "a window on what is derived": ("derived: customer.orders + 1\nwindow: 7d # here", "window", "no such field here"),
    "a condition that is too long": (
        f"on: cart_viewed\nfunction: count\nwhen: {'true && ' * 200}true # here",
        "when",
        "is too long: 1604, and at most 1000 fit",
    ),
    "a maybe": ("on: cart_viewed\nfunction: count\npublish: maybe # here", "publish", "has to be true or false"),
    "refunds as yes": (
        "on: order_completed\nfunction: count\nrefunds: yes # here",
        "refunds",
        "there is no true; there are ignore, subtract",
    ),
}


def block(fields: str) -> str:
    return "attributes:\n  - attribute: mine\n" + "\n".join(f"    {line}" for line in fields.splitlines()) + "\n"


def line_of(text: str) -> int:
    return text[: text.index("# here")].count("\n") + 1


@pytest.mark.parametrize(("fields", "field", "problem"), REFUSED.values(), ids=REFUSED)
def test_a_defect_of_an_attribute_is_named_with_its_file_line_and_field(
    fields: str, field: str, problem: str, tmp_path: Path
) -> None:
    text = block(fields)

    [defect] = defects_of(folder_with(tmp_path, text))

    assert (defect.file, defect.field) == ("attributes.yaml", f"attributes.0.{field}")
    assert defect.line == (line_of(text) if "# here" in fields else 2)  # one that lacks stands nowhere
    assert problem in defect.problem


NAMES: dict[str, tuple[str, str, str]] = {
    "capitals": ("  - { attribute: Mine, %s } # here", "attributes.0.attribute", "small letters"),
    "a word of CEL": ("  - { attribute: in, %s } # here", "attributes.0.attribute", "a word of CEL"),
    "standard": ("  - { attribute: revenue_minor, %s } # here", "attributes.0.attribute", "publish: [revenue_minor]"),
    "standard and derived": ("  - { attribute: basket_tier, %s } # here", "attributes.0.attribute", "is a standard"),
    "built in": (
        "  - { attribute: open_carts, %s } # here",
        "attributes.0.attribute",
        "customer.open_carts is built in",
    ),
    "twice": (
        "  - { attribute: mine, %s }\n  - { attribute: mine, on: cart_viewed, function: ever } # here",
        "attributes.1.attribute",
        "another attribute's name already",
    ),
}


@pytest.mark.parametrize(("items", "field", "problem"), NAMES.values(), ids=NAMES)
def test_a_name_that_cannot_be_is_refused(items: str, field: str, problem: str, tmp_path: Path) -> None:
    text = "attributes:\n" + items % COUNT + "\n"

    [defect] = defects_of(folder_with(tmp_path, text))

    assert (defect.file, defect.line, defect.field) == ("attributes.yaml", line_of(text), field)
    assert problem in defect.problem


SHAPES: dict[str, tuple[str, str, str]] = {
    "a list instead of fields": ("- a\n", "(file)", "has to have fields"),
    "fields instead of a list": ("attributes:\n  a: 1\n", "attributes", "has to be a list"),
    "a word instead of an attribute": ("attributes: [orders]\n", "attributes.0", "has to have fields"),
    "a word instead of names": ("publish: basket_tier\n", "publish", "has to be a list"),
    "a heading in the singular": ("attribute: []\n", "attribute", "did you mean attributes?"),
}


@pytest.mark.parametrize(("text", "field", "problem"), SHAPES.values(), ids=SHAPES)
def test_a_file_of_another_shape_is_told_what_it_has_to_be(text: str, field: str, problem: str, tmp_path: Path) -> None:
    [defect] = defects_of(folder_with(tmp_path, text))

    assert (defect.file, defect.line, defect.field) == ("attributes.yaml", 1, field)
    assert problem in defect.problem


def test_what_is_wrong_with_one_attribute_hides_nothing_of_another_whose_name_begins_alike(tmp_path: Path) -> None:
    text = (
        "attributes:\n"
        "  - { attribute: a, on: product_view, function: count }\n"
        "  - { attribute: two, derived: customer.absent + 1 }\n"
    )

    assert [defect.line for defect in defects_of(folder_with(tmp_path, text))] == [2, 3]


def test_an_attribute_is_computed_from_those_above_it_only(tmp_path: Path) -> None:
    text = (
        "attributes:\n"
        "  - { attribute: one, derived: customer.two + 1 } # here\n"
        "  - { attribute: two, derived: customer.orders + 1 }\n"
    )

    [defect] = defects_of(folder_with(tmp_path, text))

    assert (defect.line, defect.field) == (line_of(text), "attributes.0.derived")
    assert "two is computed after it: derived attributes use those above them" in defect.problem


def test_attributes_that_are_computed_from_each_other_are_refused(tmp_path: Path) -> None:
    text = (
        "attributes:\n"
        "  - { attribute: one, derived: customer.two + 1 }\n"
        "  - { attribute: two, derived: customer.one + 1 }\n"
    )

    assert {defect.field for defect in defects_of(folder_with(tmp_path, text))} >= {"attributes.0.derived"}


def test_what_is_wrong_with_one_attribute_is_not_told_of_those_that_read_it(tmp_path: Path) -> None:
    text = (
        "attributes:\n"
        "  - { attribute: views, on: product_view, function: count } # here\n"
        "  - { attribute: two, derived: customer.views + 1 }\n"
    )

    [defect] = defects_of(folder_with(tmp_path, text, CAMPAIGN))

    assert (defect.line, defect.field) == (line_of(text), "attributes.0.on")


def test_more_than_300_attributes_are_refused(tmp_path: Path) -> None:
    items = [f"  - {{ attribute: a{number}, {COUNT} }}" for number in range(301)]

    [defect] = defects_of(folder_with(tmp_path, "\n".join(["attributes:", *items])))

    assert (defect.line, defect.field) == (302, "attributes.300.attribute")
    assert "there are 301 attributes; at most 300" in defect.problem


def test_more_than_20_announced_attributes_are_refused(tmp_path: Path) -> None:
    items = [f"  - {{ attribute: a{number}, {COUNT}, publish: true }}" for number in range(21)]

    [defect] = defects_of(folder_with(tmp_path, "\n".join(["attributes:", *items])))

    assert (defect.line, defect.field) == (22, "attributes.20.publish")
    assert "at most 20 are announced" in defect.problem


def test_a_name_to_announce_that_nobody_has_is_refused(tmp_path: Path) -> None:
    text = "publish:\n  - basket_tier\n  - basket_teir # here\n"

    [defect] = defects_of(folder_with(tmp_path, text))

    assert (defect.line, defect.field) == (line_of(text), "publish.1")
    assert "did you mean basket_tier?" in defect.problem


def test_a_defect_of_a_file_among_several_names_that_file(tmp_path: Path) -> None:
    mine = folder_with(tmp_path)
    (mine / "attributes").mkdir()
    (mine / "attributes/carts.yaml").write_text("attributes:\n  - { attribute: a, on: cart_view, function: count }\n")

    [defect] = defects_of(mine)

    assert (defect.file, defect.line, defect.field) == ("attributes/carts.yaml", 2, "attributes.0.on")


def test_a_file_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    [defect] = defects_of(folder_with(tmp_path, "attributes: [a\n"))

    assert (defect.file, defect.field) == ("attributes.yaml", "(file)")


CHANGED = "id: mine\npriority: 7\ntrigger: { attribute_changed: %s } # here\nchannels: [email]\ncontent: second-order\n"
TRIGGERS = {
    "not announced": ("orders", "orders is not published: write publish: true"),
    "unknown": ("ordres", "there is no attribute ordres; did you mean orders?"),
}


@pytest.mark.parametrize(("name", "problem"), TRIGGERS.values(), ids=TRIGGERS)
def test_a_campaign_starts_on_announced_attributes_only(name: str, problem: str, tmp_path: Path) -> None:
    text = CHANGED % name

    [defect] = defects_of(folder_with(tmp_path, "", text))

    assert (defect.file, defect.line) == ("campaigns/mine.yaml", line_of(text))
    assert defect.field == "trigger.attribute_changed"
    assert problem in defect.problem


def test_an_unknown_event_of_a_campaign_is_answered_with_the_nearest_one(tmp_path: Path) -> None:
    text = CAMPAIGN.replace("product_viewed", "product_veiwed").replace("when: customer.views == 3\n", "")

    [defect] = defects_of(folder_with(tmp_path, "", text))

    assert (defect.line, defect.field) == (3, "trigger.event")
    assert defect.problem == "there is no product_veiwed; did you mean product_viewed?"


def test_a_condition_of_a_campaign_is_checked_with_the_playbooks_own_attributes(tmp_path: Path) -> None:
    attributes = "attributes:\n  - { attribute: views, on: product_viewed, function: count }\n"
    typo = CAMPAIGN.replace("customer.views", "customer.veiws")

    assert defects_of(folder_with(tmp_path, attributes, CAMPAIGN)) == ()
    [defect] = defects_of(folder_with(tmp_path, attributes, typo))
    assert (defect.file, defect.line, defect.field) == ("campaigns/mine.yaml", 4, "when")
    assert "did you mean customer.views?" in defect.problem
