"""What cannot be right in campaigns, journeys and limits is refused: each defect with its file, line and field."""

from pathlib import Path

import pytest

from tandem.errors import Defect
from tests.unit.publish.folders import HEAD, defects_of, folder_with

# The line that a defect has to name ends in `# here`.
ATTRIBUTES = """\
attributes:
  - attribute: loved
    on: product_viewed
    function: last
    value: event.properties.loved
    type: string
    publish: true
  - { attribute: born, on: customer_identified, function: last, value: event.properties.born, type: string }
"""
CAMPAIGN = "id: mine\n%s\nchannels: [email]\ncontent: second-order\n"
SAID = "id: mine\nchannels: [email]\ncontent: second-order\n"
JOURNEY = "id: mine\nstart: { event: order_completed }\nsteps:\n  - campaign: mine\n%s\n"
CART = JOURNEY.replace("event: order_completed", "cart_abandoned: 1h")


def line_of(text: str) -> int:
    """The line that ends in `# here`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# here"))


def the_defect(folder: Path) -> Defect:
    [defect] = defects_of(folder)
    return defect


def told(text: str, file: str, field: str, problem: str, found: Defect) -> None:
    assert (found.file, found.line, found.field) == (file, line_of(text), field)
    assert problem in found.problem


CAMPAIGNS: dict[str, tuple[str, str, str]] = {
    "an unknown event": ("trigger: { event: order_complete } # here", "trigger.event", "did you mean order_completed?"),
    "an unknown event of several": (
        "trigger: { event: [cart_viewed, order_complete] } # here",
        "trigger.event.1",
        "did you mean order_completed?",
    ),
    "a timer's event": ("trigger: { event: timer_fired } # here", "trigger.event", "timer_fired is internal"),
    "a timer's event among several": (
        "trigger: { event: [cart_viewed, timer_fired] } # here",
        "trigger.event.1",
        "timer_fired is internal",
    ),
    "a trigger on what it cannot see": (
        "trigger: { event: cart_viewed, when: cart.items > 1 } # here",
        "trigger.when",
        "undeclared reference",
    ),
    "a trigger that is no condition": (
        "trigger: { event: cart_viewed, when: customer.orders } # here",
        "trigger.when",
        "a condition must be true or false",
    ),
    "a typo in a trigger": (
        "trigger: { event: cart_viewed, wen: customer.orders == 1 } # here",
        "trigger.wen",
        "did you mean when?",
    ),
    "an attribute that nobody has": (
        "trigger: { attribute_changed: lovd } # here",
        "trigger.attribute_changed",
        "there is no attribute lovd; did you mean loved?",
    ),
    "an attribute that is not announced": (
        "trigger: { attribute_changed: born } # here",
        "trigger.attribute_changed",
        "born is not published",
    ),
    "a date that nobody has": (
        "trigger: { date: brn } # here",
        "trigger.date",
        "there is no attribute brn; did you mean born?",
    ),
    "a date that is a number": ("trigger: { date: orders } # here", "trigger.date", "orders is int, and a date is"),
    "a time of day that is none": (
        "trigger: { date: born, at: 9am } # here",
        "trigger.at",
        "write a time of day in quotes",
    ),
    "a timer after what is internal": (
        "trigger: { after: profile_refreshed, wait: 1d } # here",
        "trigger.after",
        "profile_refreshed is internal",
    ),
    "a timer without end": (
        "trigger: { after: cart_viewed, wait: 9999d } # here",
        "trigger.wait",
        "between 1s and 365d",
    ),
    "an audience with a typo": (
        "trigger: { event: cart_viewed }\naudience: customer.order == 1 # here",
        "audience",
        "did you mean customer.orders?",
    ),
    "an audience by its old name": (
        "trigger: { event: cart_viewed }\nwhen: customer.order == 1 # here",
        "when",
        "did you mean customer.orders?",
    ),
    "an audience by both names": (
        'trigger: { event: cart_viewed }\naudience: "true"\nwhen: customer.orders == 1 # here',
        "when",
        "there is no such field here",
    ),
    "an event in an audience of a cart": (
        "trigger: { cart_abandoned: 1h }\naudience: event.type == 'a' # here",
        "audience",
        "undeclared reference",
    ),
    "a value that is no number": (
        "trigger: { event: cart_viewed }\nvalue: customer.loved # here",
        "value",
        "is string, and has to be a number",
    ),
    "a message that another one starts": (
        "trigger: { event: message_sent } # here",
        "trigger.event",
        "would have no end",
    ),
    "a message that another one starts later": (
        "trigger: { after: message_refused, wait: 1d } # here",
        "trigger.after",
        "would have no end",
    ),
    "a value of the event where there is patience": (
        "trigger: { event: cart_viewed }\npatience: 5m\nvalue: event.properties.worth # here",
        "value",
        "not kept while the campaign has patience",
    ),
    "a value with a typo": (
        "trigger: { event: cart_viewed }\nvalue: customer.revenue_mino # here",
        "value",
        "did you mean customer.revenue_minor?",
    ),
    "a category of another form": (
        "trigger: { event: cart_viewed }\ncategory: Big News # here",
        "category",
        "small letters, digits and -",
    ),
    "a goal that never comes": (
        "trigger: { event: cart_viewed }\ngoal: { event: timer_fired } # here",
        "goal.event",
        "timer_fired is internal",
    ),
    "a goal with a typo": (
        "trigger: { event: cart_viewed }\ngoal: { event: order_completed, when: customer.order > 1 } # here",
        "goal.when",
        "did you mean customer.orders?",
    ),
    "the whole of what started it": (
        "trigger: { after: order_completed, wait: 1d }\naudience: start.properties['a'] == 1 # here",
        "audience",
        "write start.properties.NAME",
    ),
    "no trigger and no journey": ("category: a", "trigger", "no journey says it: nobody would ever get it"),
    "an exclusion of a campaign that is not there": (
        "trigger: { event: cart_viewed }\nexcludes: { campaigns: [second-oder], for: 1d } # here",
        "excludes.campaigns.0",
        "there is no campaign second-oder; did you mean second-order?",
    ),
    "an exclusion of a category that is not there": (
        "trigger: { event: cart_viewed }\ncategory: news\nexcludes: { categories: [nws], for: 1d } # here",
        "excludes.categories.0",
        "there is no category nws; did you mean news?",
    ),
    "an exclusion of nothing": (
        "trigger: { event: cart_viewed }\nexcludes: { for: 1d } # here",
        "excludes",
        "holds nothing back",
    ),
    "a holdout of everybody": (
        "trigger: { event: cart_viewed }\nholdout: { percent: 100, salt: a } # here",
        "holdout.percent",
        "has to be at most 90",
    ),
    "a template that is not there": (
        "trigger: { event: cart_viewed } # here",
        "content",
        "there is no template",
    ),
}


@pytest.mark.parametrize(("text", "field", "problem"), CAMPAIGNS.values(), ids=CAMPAIGNS)
def test_a_campaign_that_cannot_be_right_is_refused(text: str, field: str, problem: str, tmp_path: Path) -> None:
    whole = CAMPAIGN % text
    if field == "content":
        whole = whole.replace(" # here", "").replace("second-order", "secnd-order # here")
    if "# here" not in whole:
        whole = whole.replace("id: mine", "id: mine # here")

    found = the_defect(folder_with(tmp_path, ATTRIBUTES, whole))

    told(whole, "campaigns/mine.yaml", field, problem, found)


def test_a_trigger_on_a_new_profile_may_be(tmp_path: Path) -> None:
    assert defects_of(folder_with(tmp_path, "", CAMPAIGN % "trigger: { event: profile_refreshed }")) == ()


def test_a_date_is_a_string_or_a_timestamp(tmp_path: Path) -> None:
    for name in ("born", "first_order_at"):
        folder = folder_with(tmp_path / name, ATTRIBUTES, CAMPAIGN % f"trigger: {{ date: {name} }}")
        assert defects_of(folder) == ()


def test_a_variants_template_has_to_be_there(tmp_path: Path) -> None:
    text = (
        "id: mine\ntrigger: { event: cart_viewed }\nchannels: [email]\nvariants:\n"
        "  - { id: a, content: second-order }\n  - { id: b, content: secnd-order } # here\n"
    )

    found = the_defect(folder_with(tmp_path, "", text))

    told(text, "campaigns/mine.yaml", "variants.1.content", "there is no template secnd-order; did you mean", found)


def test_two_campaigns_with_the_same_trigger_and_priority_are_refused(tmp_path: Path) -> None:
    same = CAMPAIGN % "trigger: { event: order_completed }\npriority: 200"
    other = CAMPAIGN % "trigger: { event: [order_completed, order_updated] }\npriority: 200"

    found = the_defect(folder_with(tmp_path, "", same))

    assert (found.file, found.line, found.field) == ("campaigns/second-order.yaml", 2, "priority")
    assert "another campaign with this trigger, mine, has the same priority" in found.problem
    assert defects_of(folder_with(tmp_path, "", other)) == ()


def test_two_campaigns_of_one_name_are_refused(tmp_path: Path) -> None:
    text = "id: second-order\ntrigger: { event: cart_viewed }\nchannels: [email]\ncontent: second-order\n"

    found = the_defect(folder_with(tmp_path, "", text))

    assert (found.file, found.line, found.field) == ("campaigns/second-order.yaml", 1, "id")
    assert "second-order is another campaign's id already" in found.problem


JOURNEYS: dict[str, tuple[str, str, str]] = {
    "an unknown step": ("  - wiat: 2d # here", "steps.1", "is no step: a step is one of"),
    "a step with a typo": ("  - wiat: 2d # here", "steps.1", "did you mean wait?"),
    "a duration that is none": ("  - wait: 2 days # here", "steps.1.wait.duration", "write a duration as a number"),
    "a wait with a typo": ("  - wait: { unti: 1d } # here", "steps.1.wait.unti", "did you mean until?"),
    "a day that is none": (
        '  - wait: { until: "09:00", on: [monady] } # here',
        "steps.1.wait.on.0",
        "did you mean monday?",
    ),
    "a wait without end": ("  - wait: 400d # here", "steps.1.wait.duration", "between 1s and 365d"),
    "a wait for an unknown event": (
        "  - wait: { event: order_delivred, within: 1d } # here",
        "steps.1.wait.event",
        "did you mean order_delivered?",
    ),
    "a wait for an internal event": (
        "  - wait: { event: profile_refreshed, within: 1d } # here",
        "steps.1.wait.event",
        "profile_refreshed is internal",
    ),
    "a wait for an event with a typo": (
        "  - wait: { event: order_delivered, when: customer.order > 1, within: 1d } # here",
        "steps.1.wait.when",
        "did you mean customer.orders?",
    ),
    "a wait of days that are no number": (
        "  - wait: { days: customer.loved } # here",
        "steps.1.wait.days",
        "is string, and has to be a number",
    ),
    "days of an attribute that nobody has": (
        "  - wait: { days: customer.order } # here",
        "steps.1.wait.days",
        "did you mean customer.orders?",
    ),
    "an event where there is none": (
        "  - branch:\n      - when: event.type == 'a' # here",
        "steps.1.branch.0.when",
        "undeclared reference",
    ),
    "a branch that is no condition": (
        "  - branch:\n      - { when: customer.orders } # here",
        "steps.1.branch.0.when",
        "a condition must be true or false",
    ),
    "a step deep inside": (
        "  - branch:\n      - when: 'true'\n        steps:\n          - split:\n"
        "              - { weight: 1 }\n              - weight: 1\n                steps:\n"
        "                  - campaign: mnie # here",
        "steps.1.branch.0.steps.0.split.1.steps.0.campaign",
        "there is no campaign mnie; did you mean mine?",
    ),
    "a step after a deadline": (
        "  - wait: { event: order_delivered, within: 1d }\n    otherwise:\n      - campaign: mnie # here",
        "steps.1.otherwise.0.campaign",
        "did you mean mine?",
    ),
    "a campaign that is not there": ("  - campaign: zzz # here", "steps.1.campaign", "there are mine, second-order"),
    "a quiet cart without a cart": (
        "  - wait: { cart_quiet: 1h } # here",
        "steps.1.wait.cart_quiet",
        "only a journey that cart_abandoned starts has one",
    ),
    "a variable that no step sets": (
        "  - set: { total: 1 }\n  - branch:\n      - { when: journey.totl > 1 } # here",
        "steps.2.branch.0.when",
        "no step sets journey.totl; did you mean journey.total?",
    ),
    "a variable before it is set": (
        "  - wait: { days: journey.total } # here\n  - set: { total: 1 }",
        "steps.1.wait.days",
        "journey.total is read before a step sets it",
    ),
    "a variable that another way sets": (
        "  - branch:\n      - when: 'true'\n        steps:\n          - set: { total: 1 }\n"
        "    otherwise:\n      - wait: { days: journey.total } # here",
        "steps.1.otherwise.0.wait.days",
        "journey.total is read before a step sets it",
    ),
    "a variable of itself": (
        "  - set: { total: journey.total + 1 } # here",
        "steps.1.set.total",
        "journey.total is read before a step sets it",
    ),
    "a variable with a typo in what it is": (
        "  - set: { total: customer.order } # here",
        "steps.1.set.total",
        "did you mean customer.orders?",
    ),
    "a variable of another form": ("  - set: { Total: 1 } # here", "steps.1.set.Total", "small letters, digits and _"),
    "an id of another form": ("  - { wait: 1d, id: A day } # here", "steps.1.id", "small letters, digits and -"),
    "a step of two kinds": ("  - { wait: 1d, campaign: mine } # here", "steps.1.campaign", "no such field here"),
    "two steps of one id": (
        "  - { wait: 1d, id: pause }\n  - { wait: 1d, id: pause } # here",
        "steps.2.id",
        "pause is another step's id already",
    ),
    "a move to a step that is not there": (
        "  - { wait: 1d, id: pause }\nmoves_at: [puase] # here",
        "moves_at.0",
        "there is no step puase; did you mean pause?",
    ),
    "a move where no step has an id": ("moves_at: [pause] # here", "moves_at.0", "no step has an id"),
    "a key with a typo": ("key: customer.order # here", "key", "did you mean customer.orders?"),
    "a key that is no key": ("key: customer.orders > 1 # here", "key", "is bool, and a key is a string or an int"),
    "a condition with a typo": ("when: customer.order > 1 # here", "when", "did you mean customer.orders?"),
    "an exit on an unknown event": (
        "exit_on: [{ event: order_complete }] # here",
        "exit_on.0.event",
        "did you mean order_completed?",
    ),
    "an exit on an internal event": (
        "exit_on: [{ event: timer_fired }] # here",
        "exit_on.0.event",
        "timer_fired is internal",
    ),
    "an exit with a typo": (
        "exit_on: [{ event: order_completed, when: journey.a == 1 }] # here",
        "exit_on.0.when",
        "no step sets journey.a",
    ),
    "a way back in that is none": ("reentry: nver # here", "reentry", "did you mean never?"),
    "a way back in too soon": ("reentry: 1m # here", "reentry", "has to be between 1h and 400d"),
    "waits that outlast it": (
        "  - wait: 20d\n  - wait: 11d\nmax_duration: 30d # here",
        "max_duration",
        "is 30d, but its steps wait 31d: nobody could come to the end",
    ),
    "waits of one way that outlast it": (
        "  - branch:\n      - when: 'true'\n        steps:\n          - wait: 20d\n          - exit: over\n"
        "max_duration: 10d # here",
        "max_duration",
        "its steps wait 20d",
    ),
    "a deadline that outlasts it": (
        "  - wait: { event: order_delivered, within: 20d }\nmax_duration: 10d # here",
        "max_duration",
        "its steps wait 20d",
    ),
    "an exclusion of a campaign that is not there": (
        "excludes: { campaigns: [mnie] } # here",
        "excludes.campaigns.0",
        "did you mean mine?",
    ),
    "an unknown field": ("stpes: [] # here", "stpes", "did you mean steps?"),
}
WHOLE_START = (
    "start.properties['order_id'] == event.properties.order_id",
    'start.properties == {"a": 1}',
    "size(start.properties) > 0",
    "start.properties.exists(name, name == 'a')",
    "start . properties . exists(name, name == 'a')",
    '"order_id" in start.properties',
)


@pytest.mark.parametrize(("text", "field", "problem"), JOURNEYS.values(), ids=JOURNEYS)
def test_a_journey_that_cannot_be_right_is_refused(text: str, field: str, problem: str, tmp_path: Path) -> None:
    whole = JOURNEY % text

    found = the_defect(folder_with(tmp_path, ATTRIBUTES, SAID, whole))

    told(whole, "journeys/mine.yaml", field, problem, found)


@pytest.mark.parametrize("source", WHOLE_START)
def test_what_started_a_journey_is_read_by_plain_paths_only(source: str, tmp_path: Path) -> None:
    text = JOURNEY % f"exit_on:\n  - event: order_refunded\n    when: >- # here\n      {source}"

    found = the_defect(folder_with(tmp_path, "", SAID, text))

    told(text, "journeys/mine.yaml", "exit_on.0.when", "write start.properties.NAME, such as", found)


GOOD = {
    "a plain path of what started it": "exit_on:\n  - event: order_refunded\n"
    "    when: start.properties.order_id == event.properties.order_id && has(start.properties.a.b)",
    "its name in a text": "exit_on:\n  - event: order_refunded\n    when: event.properties.a == 'start.properties'",
    "a method of a property": "when: 'true'\n"
    "exit_on:\n  - event: order_refunded\n    when: start.properties.order_id.startsWith('a')",
    "a variable set on one way, read afterwards": "  - branch:\n      - when: 'true'\n        steps:\n"
    "          - set: { total: 1 }\n  - wait: { days: journey.total }",
    "a variable named in a text": "  - branch:\n      - when: \"'journey.a' == 'b'\"",
    "a variable in what ends it": "  - set: { a: 1 }\nexit_on:\n  - { event: order_refunded, when: journey.a == 1 }",
    "a wait that an event shortens": "  - wait: { event: order_delivered, within: 9d }\n    otherwise:\n"
    "      - exit: late\n  - wait: 5d\nmax_duration: 10d",
    "a key of what was sent": "key: event.properties.order_id",
    "a key that is a number": "key: customer.orders",
    "a way back in after a time": "reentry: 30d",
    "a name to move at": "  - { wait: 1d, id: pause }\nmoves_at: [pause]",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_what_can_be_right_is_not_refused(text: str, tmp_path: Path) -> None:
    assert defects_of(folder_with(tmp_path, "", SAID, JOURNEY % text)) == ()


def test_a_carts_journey_has_its_cart_as_key(tmp_path: Path) -> None:
    text = CART % "key: cart.id # here"

    found = the_defect(folder_with(tmp_path, "", SAID, text))

    told(text, "journeys/mine.yaml", "key", "the cart is the key of a journey that a cart starts", found)
    assert defects_of(folder_with(tmp_path, "", SAID, CART % "  - wait: { cart_quiet: 1h }")) == ()


def test_two_journeys_of_one_name_are_refused(tmp_path: Path) -> None:
    mine = folder_with(tmp_path, "", SAID, JOURNEY % "")
    (mine / "journeys/other.yaml").write_text(JOURNEY % "")

    found = the_defect(mine)

    assert (found.file, found.line, found.field) == ("journeys/other.yaml", 1, "id")


def test_a_start_is_judged_as_a_campaigns_trigger_is(tmp_path: Path) -> None:
    text = JOURNEY.replace("{ event: order_completed }", "{ event: timer_fired } # here") % ""

    found = the_defect(folder_with(tmp_path, "", SAID, text))

    told(text, "journeys/mine.yaml", "start.event", "timer_fired is internal", found)


def test_a_campaign_that_reads_what_no_journey_knows_is_not_said_by_one(tmp_path: Path) -> None:
    campaign = CAMPAIGN % "trigger: { event: cart_viewed }\naudience: event.properties.a == 1"
    text = (JOURNEY % "").replace("campaign: mine", "campaign: mine # here")

    found = the_defect(folder_with(tmp_path, "", campaign, text))

    told(text, "journeys/mine.yaml", "steps.0.campaign", "the audience of mine cannot be told in a journey", found)


def test_a_campaign_with_a_trigger_may_be_said_by_a_journey_too(tmp_path: Path) -> None:
    campaign = CAMPAIGN % "trigger: { event: cart_viewed }\naudience: customer.orders == 1"

    assert defects_of(folder_with(tmp_path, "", campaign, JOURNEY % "")) == ()


def test_what_is_wrong_with_a_campaign_is_not_told_of_the_journey_that_says_it(tmp_path: Path) -> None:
    text = "id: mine\nchannels: [fax] # here\ncontent: second-order\n"

    found = the_defect(folder_with(tmp_path, "", text, JOURNEY % ""))

    told(text, "campaigns/mine.yaml", "channels.0", "there is no fax", found)


def test_what_is_wrong_with_a_journey_is_not_told_of_the_campaign_it_says(tmp_path: Path) -> None:
    text = JOURNEY % "stpes: [] # here"

    found = the_defect(folder_with(tmp_path, "", SAID, text))

    told(text, "journeys/mine.yaml", "stpes", "did you mean steps?", found)


HEADS: dict[str, tuple[str, str, str]] = {
    "a cap without a window": ("  - { id: a, messages: 1 } # here", "caps.1", "has either within (a duration) or per"),
    "a cap of a campaign that is not there": (
        "  - { id: a, messages: 1, per: day, campaigns: [second-oder] } # here",
        "caps.1.campaigns.0",
        "did you mean second-order?",
    ),
    "a cap of a category that is not there": (
        "  - { id: a, messages: 1, per: day, categories: [news] } # here",
        "caps.1.categories.0",
        "there is no category news",
    ),
    "a cap of an unknown channel": (
        "  - { id: a, messages: 1, per: day, channels: [emial] } # here",
        "caps.1.channels.0",
        "did you mean email?",
    ),
    "two caps of one name": (
        "  - { messages: 1, per: day } # here",
        "caps.1.id",
        "overall is another cap's id already",
    ),
    "a cap with a typo": ("  - { id: a, mesages: 1, per: day } # here", "caps.1.mesages", "did you mean messages?"),
    "the old cap beside": ("cap: { messages: 1, within: 1d } # here", "cap", "write either caps or cap"),
    "quiet hours of no length": (
        'quiet_hours: { from: "22:00", to: "22:00" } # here',
        "quiet_hours",
        "begins when it ends",
    ),
    "quiet hours with a typo": (
        'quiet_hours: [{ from: "22:00", to: "08:00", chanels: [sms] }] # here',
        "quiet_hours.0.chanels",
        "did you mean channels?",
    ),
    "a holdout without salt": ("holdout: { percent: 5 } # here", "holdout.salt", "is missing"),
    "an unknown field": ("quite_hours: [] # here", "quite_hours", "did you mean quiet_hours?"),
}


@pytest.mark.parametrize(("text", "field", "problem"), HEADS.values(), ids=HEADS)
def test_limits_that_cannot_be_right_are_refused(text: str, field: str, problem: str, tmp_path: Path) -> None:
    mine = folder_with(tmp_path)
    head = f"{HEAD}{text}\n"
    (mine / "playbook.yaml").write_text(head)

    found = next(each for each in defects_of(mine) if problem in each.problem)

    told(head, "playbook.yaml", field, problem, found)


def test_the_one_cap_of_the_first_releases_is_read(tmp_path: Path) -> None:
    mine = folder_with(tmp_path)
    (mine / "playbook.yaml").write_text(HEAD.replace("caps:\n  - {", "cap: {"))

    assert defects_of(mine) == ()


def test_a_category_is_not_missed_where_a_campaign_cannot_be_read(tmp_path: Path) -> None:
    mine = folder_with(tmp_path, "", "id: mine\ncategory: news\nchannels: [fax]\ncontent: second-order\n")
    (mine / "playbook.yaml").write_text(f"{HEAD}  - {{ id: a, messages: 1, per: day, categories: [news] }}\n")

    assert [defect.file for defect in defects_of(mine)] == ["campaigns/mine.yaml"]
