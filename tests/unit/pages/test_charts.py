"""The charts show what they are given, and nothing is drawn outside of them."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from infra.pages.charts import funnel, over_time, tiers
from infra.pages.model import TIERS, Point
from infra.pages.svg import HEIGHT, WIDTH

_COUNTS = st.integers(0, 10**6)
_WORDS = st.text(alphabet=st.characters(min_codepoint=32, exclude_categories=["Cs", "Cc"]), max_size=30)
_CAMPAIGNS = st.integers(1, 30).map("campaign {}".format) | st.just("nothing") | _WORDS
_POINTS = st.builds(Point, st.floats(0, 10**5), _CAMPAIGNS, _COUNTS)


@given(st.lists(st.tuples(_WORDS, _COUNTS), max_size=6))
def test_a_funnel_has_every_label_and_stays_on_its_sheet(steps: list[tuple[str, int]]) -> None:
    chart = ET.fromstring(funnel(steps))  # noqa: S314

    assert [each.text or "" for each in chart.findall("text[@class='label']")] == [label for label, _ in steps]
    _within(chart)


@given(st.dictionaries(st.sampled_from(TIERS), _COUNTS))
def test_every_tier_with_customers_has_its_number(customers: dict[str, int]) -> None:
    chart = ET.fromstring(tiers(customers))  # noqa: S314

    told = [each.text for each in chart.findall("text[@class='large']")]
    assert {f"{number:,}" for tier, number in customers.items() if number} <= set(told)
    _within(chart)


@given(st.lists(_POINTS, max_size=30))
def test_decisions_over_time_stay_on_their_sheet(points: list[Point]) -> None:
    chart = ET.fromstring(over_time(points))  # noqa: S314

    _within(chart)


def test_one_column_an_interval_is_as_tall_as_its_count() -> None:
    chart = ET.fromstring(over_time([Point(0.2, "a", 5), Point(0.9, "a", 5), Point(1.1, "a", 5)]))  # noqa: S314

    first, second, _legend = (float(each.get("height", "")) for each in chart.findall("rect"))

    assert first == 2 * second


def _within(chart: ET.Element) -> None:
    for each in chart.findall("rect"):
        x, y, width, height = (float(each.get(name, "")) for name in ("x", "y", "width", "height"))
        assert -0.1 <= x <= x + width <= WIDTH + 0.1
        assert height >= 0
        assert -0.1 <= y <= y + height <= HEIGHT + 0.1
