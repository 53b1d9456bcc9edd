"""What is otherwise in one playbook than in another, as a marketer reads it."""

from pathlib import Path

import pytest

from infra.publish.difference import Change, Field, differences
from infra.publish.edition import Draft
from infra.publish.playbook import read_playbook
from tests.builders import NOON
from tests.unit.publish.folders import HEAD, SECOND_ORDER, folder_with

VIEWS = "attributes:\n  - { attribute: views, on: product_viewed, function: count, window: 7d }\n"
WELCOME = """\
id: welcome
start: { event: customer_identified }
steps:
  - { wait: 2d, id: pause }
  - campaign: second-order
"""


def draft(folder: Path) -> Draft:
    return read_playbook(folder, published_at=NOON)


def changed(folder: Path, file: str, text: str) -> tuple[Change, ...]:
    """What is otherwise once a file of a folder is as given."""
    before = draft(folder)
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(text)
    return differences(before, draft(folder))


def test_a_playbook_is_not_otherwise_than_itself(tmp_path: Path) -> None:
    same = draft(folder_with(tmp_path, VIEWS, journey=WELCOME))

    assert differences(same, same) == ()


CAMPAIGNS = {
    "priority": ("priority: 200", "priority: 7", Field("priority", "200", "7")),
    "channels": ("[email, sms]", "[sms]", Field("channels", "email, sms", "sms")),
    "audience": (
        "audience: customer.orders == 1",
        "audience: customer.orders > 1",
        Field("audience", "customer.orders == 1", "customer.orders > 1"),
    ),
    "no audience": ("audience: customer.orders == 1\n", "", Field("audience", "customer.orders == 1", "everybody")),
    "trigger": (
        "{ event: order_completed }",
        "{ after: order_completed, wait: 3d }",
        Field("trigger", "order_completed", "3 days after order_completed"),
    ),
    "category": ("priority: 200", "priority: 200\ncategory: news", Field("category", "", "news")),
    "goal": (
        "priority: 200",
        "priority: 200\ngoal: { event: order_completed }",
        Field("goal", "", "order_completed, within 7 days"),
    ),
    "holdout": (
        "priority: 200",
        "priority: 200\nholdout: { percent: 5, salt: a }",
        Field("holdout", "", "5% of customers never get it (salt a)"),
    ),
    "excludes": (
        "priority: 200",
        "priority: 200\nexcludes: { everything: true, for: 2d }",
        Field("excludes", "", "all but transactional, for 2 days"),
    ),
    "patience": ("priority: 200", "priority: 200\npatience: 1h", Field("patience", "", "1 hour")),
}


@pytest.mark.parametrize(("old", "new", "field"), CAMPAIGNS.values(), ids=CAMPAIGNS)
def test_a_campaign_is_told_field_by_field(old: str, new: str, field: Field, tmp_path: Path) -> None:
    told = changed(folder_with(tmp_path), "campaigns/second-order.yaml", SECOND_ORDER.replace(old, new))

    assert told == (Change("campaign", "second-order", "changed", (field,)),)


def test_a_campaign_is_added_or_removed(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    before = draft(folder)
    more = SECOND_ORDER.replace("id: second-order", "id: more").replace("200", "100")
    [added] = changed(folder, "campaigns/more.yaml", more)

    assert (added.name, added.kind) == ("more", "added")
    assert Field("priority", "", "100") in added.fields
    assert differences(draft(folder), before) == (Change("campaign", "more", "removed"),)


def test_a_journey_is_told_step_by_step(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, journey=WELCOME)
    longer = WELCOME.replace("2d", "3d") + "  - exit: done\n"

    [told] = changed(folder, "journeys/mine.yaml", longer)

    assert (told.part, told.name, told.kind, told.fields) == ("journey", "welcome", "changed", ())
    assert told.steps == (
        "- wait 2 days   [pause]",
        "+ wait 3 days   [pause]",
        "  campaign second-order",
        "+ end: done",
    )


def test_a_journeys_other_fields_are_told_without_its_steps(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, journey=WELCOME)

    [told] = changed(folder, "journeys/mine.yaml", f"{WELCOME}reentry: 30d\nexit_on: [{{ event: order_completed }}]\n")

    assert told.fields == (Field("reentry", "never", "30 days after it ended"), Field("exit_on", "", "order_completed"))
    assert told.steps == ()


def test_caps_quiet_hours_and_the_shop_are_told(tmp_path: Path) -> None:
    head = HEAD.replace("messages: 3", "messages: 2").replace("Groove", "Grooves")
    head += '  - { id: offers, messages: 1, per: day, channels: [sms] }\nquiet_hours: { from: "21:00", to: "08:00" }\n'

    told = changed(folder_with(tmp_path), "playbook.yaml", head)

    assert told == (
        Change("cap", "overall", "changed", (Field("at most", "3 messages in 7 days", "2 messages in 7 days"),)),
        Change("cap", "offers", "added", (Field("at most", "", "1 message a day by sms"),)),
        Change("playbook", "shop", "changed", (Field("name", "Needle & Groove", "Needle & Grooves"),)),
        Change(
            "playbook",
            "quiet hours",
            "changed",
            (Field("", "none", "21:00 to 08:00, what falls into them waits until they end"),),
        ),
    )


def test_an_attribute_that_begins_anew_is_marked(tmp_path: Path) -> None:
    [told] = changed(folder_with(tmp_path, VIEWS), "attributes.yaml", VIEWS.replace("7d", "8d"))

    words = (f"count of product_viewed, in the last {days} days" for days in (7, 8))
    assert told == Change("attribute", "views", "changed", (Field("rule", *words),), begins_anew=True)


def test_an_attribute_that_is_announced_does_not_begin_anew(tmp_path: Path) -> None:
    text = VIEWS.replace("7d }", "7d, publish: true }")

    [told] = changed(folder_with(tmp_path, VIEWS), "attributes.yaml", text)

    assert told == Change("attribute", "views", "changed", (Field("announced", "no", "yes"),))


def test_templates_are_told_by_name_and_language(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    words = (folder / "templates/second-order/en.yaml").read_text()
    phrases = (folder / "templates/_phrases/en.yaml").read_text()
    (folder / "templates/_phrases/de.yaml").write_text(phrases)
    before = draft(folder)
    (folder / "templates/second-order/de.yaml").write_text(words)
    (folder / "templates/second-order/en.yaml").write_text(words.replace("subject:", "subject: '!' #"))

    told = differences(before, draft(folder))

    fields = (Field("de", "", "words"), Field("en", "words", "other words"))
    assert told == (Change("template", "second-order", "changed", fields),)


def test_designs_are_told(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    footer = (folder / "designs/partials/footer.mjml").read_text()
    before = draft(folder)

    (folder / "designs/partials/footer.mjml").write_text(footer.replace("{{ shop.name }}", "{{ shop.name }}!"))
    (folder / "designs/mine.mjml").write_text((folder / "designs/letter.mjml").read_text())
    told = {(each.part, each.name, each.kind) for each in differences(before, draft(folder))}

    assert {("design", "mine", "added"), ("design", "letter", "changed")} <= told


def test_the_brand_is_told_field_by_field(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    brand = (folder / "brand.yaml").read_text()

    told = changed(folder, "brand.yaml", brand.replace('"#ae4119"', '"#7a2e3a"'))

    assert Change("brand", "", "changed", (Field("colours.accent", "#ae4119", "#7a2e3a"),)) in told


def test_products_are_told(tmp_path: Path) -> None:
    text = "products:\n  - { id: lp, name: A record, price: 12.5 }\n"

    [told] = changed(folder_with(tmp_path), "products.yaml", text)

    assert (told.part, told.name, told.kind) == ("product", "lp", "added")
    assert Field("price", "", "12.5") in told.fields
