"""The parts of judging by themselves: colours, what a campaign's start gives, the corpus."""

from pathlib import Path

import pytest

from infra.publish.judging.contrast import contrast, illegible
from infra.publish.judging.corpus import LARGEST, NAMES, cases
from infra.publish.judging.markup import Outward, of_css, of_tag
from infra.publish.judging.page import MOST_BYTES, Pages, too_large
from infra.publish.judging.starts import starts_of
from infra.publish.judging.watched import Said
from infra.publish.source import Source
from tandem.content.brand import Colours
from tandem.customer import Channel
from tandem.playbook import Campaign, Journey
from tests.unit.content.judged import BRAND, RULES, folder_of, read


@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000", "#ffffff", 21.0), ("#767676", "#fff", 4.54), ("#777777", "#ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_a_colour_that_cannot_be_read_is_named_with_its_line() -> None:
    brand = BRAND.model_copy(update={"colours": Colours(quiet="#bbbbbb")})
    source = Source("brand.yaml", {}, {("colours",): 3, ("colours", "quiet"): 7})

    assert {(each.line, each.field) for each in illegible(brand, source)} == {(7, "colours.quiet")}


def test_the_brand_that_nobody_wrote_can_be_read() -> None:
    assert list(illegible(BRAND, Source("brand.yaml", {}, {}))) == []


def campaign(**more: object) -> Campaign:
    return Campaign.model_validate({"id": "one", "channels": ["email"], "content": "thanks", **more})


@pytest.mark.parametrize(
    ("trigger", "given"),
    [
        ({"cart_abandoned": "30m"}, [{"cart"}]),
        ({"event": "order_completed"}, [{"order"}]),
        ({"event": ["order_completed", "product_viewed"]}, [set(), {"order"}]),
        ({"after": "order_refunded", "wait": "1d"}, [{"order"}]),
        ({"date": "birthday"}, [set()]),
    ],
)
def test_what_starts_a_campaign_tells_what_its_messages_speak_of(trigger: object, given: list[set[str]]) -> None:
    assert [set(each) for each in starts_of([campaign(trigger=trigger)], [])["thanks"]] == given


def test_a_campaign_of_a_journey_speaks_of_what_started_that() -> None:
    journey = Journey.model_validate(
        {"id": "carts", "start": {"cart_abandoned": "30m"}, "steps": [{"campaign": "one"}], "max_duration": "7d"}
    )

    assert starts_of([campaign()], [journey]) == {"thanks": (frozenset({"cart"}),)}


def test_the_corpus_holds_what_was_promised(tmp_path: Path) -> None:
    content = read(folder_of(tmp_path))
    corpus = cases(content, "thanks", "en", RULES, (frozenset({"order"}), frozenset({"cart"})))
    sends = [each.send for each in corpus]

    assert {send.first_name for send in sends} >= {"", "Ana", *NAMES.values()}
    assert max(len(send.first_name) for send in sends) > 10_000
    assert max(len(send.lines) for send in sends) == 500
    assert {send.currency for send in sends} == {"USD", "KWD", "JPY", "XTS"}
    assert {send.total_minor for send in sends} >= {None, 0, LARGEST}
    assert {bool(send.attributes) for send in sends} == {True, False}
    assert any("/" in send.order_id and "#" in send.order_id for send in sends)
    assert all(send.channel is Channel.EMAIL for send in sends)


def test_a_name_of_an_ill_wisher_is_in_a_mail_whatever_it_is(tmp_path: Path) -> None:
    corpus = cases(read(folder_of(tmp_path)), "thanks", "en", RULES, (frozenset({"cart"}),))

    assert {line.name for each in corpus if each.by_mail for line in each.send.lines} >= set(NAMES.values())


@pytest.mark.parametrize(("size", "is_too_large"), [(MOST_BYTES - 650, False), (MOST_BYTES - 649, True)])
def test_a_mail_leaves_room_for_what_ses_adds_to_each_link(size: int, is_too_large: bool) -> None:
    page = "<a href='x'>"

    assert bool(too_large(page + "é" * ((size - len(page)) // 2) + "x" * ((size - len(page)) % 2))) is is_too_large


@pytest.mark.parametrize(
    ("locale", "found"),
    [("en-ZZ", "en"), ("es_MX", "es"), ("tl", "fil"), ("fil-PH", "fil"), ("", "en"), ("xx-Q", "en")],
)
def test_every_locale_that_a_customer_may_have_falls_back_rightly(tmp_path: Path, locale: str, found: str) -> None:
    folder = folder_of(tmp_path)
    for other in ("es", "fil"):
        for name in ("thanks", "_phrases"):
            (folder / f"templates/{name}/{other}.yaml").write_text((folder / f"templates/{name}/en.yaml").read_text())

    assert read(folder).for_locale("thanks", locale)[0] == found


def test_a_tag_that_outlook_reads_and_that_is_not_closed_is_told_of() -> None:
    page = '<html lang="en"><h1>x</h1><!--[if mso]><a href="https://evil.example/"x<![endif]-->'

    told = [problem for _, problem in Pages(BRAND, "").problems(Said("letter.html", page, page, html=True))]
    assert "<a… is not closed by >" in told


@pytest.mark.parametrize(
    ("srcset", "urls"),
    [
        ("a.png", ["a.png"]),
        ("a.png 1x, b.png 2x", ["a.png", "b.png"]),
        ("a.png 1x,b.png 2.5x", ["a.png", "b.png"]),
        (" a.png 320w,\n b.png ", ["a.png", "b.png"]),
    ],
)
def test_every_picture_of_a_srcset_is_judged(srcset: str, urls: list[str]) -> None:
    found = of_tag("img", {"srcset": srcset}, outlooks=False)

    assert list(found) == [Outward("picture", url) for url in urls]


@pytest.mark.parametrize(
    "css",
    [
        "background:url(//x/a.png)",
        "background:u\\72l( '//x/a.png' )",
        'background:ur/**/l(none);background:URL("//x/a.png")',
        "@font-face{src:url(//x/a.png)}",
    ],
)
def test_every_address_of_styles_is_found(css: str) -> None:
    assert Outward("picture", "//x/a.png") in list(of_css(css))


def test_styles_of_outlooks_own_may_stay() -> None:
    assert list(of_css("v\\:* {behavior:url(#default#VML);} a{color:red}")) == []
