"""A playbook's folder with one template, one design and a brand, and what publishing says of it."""

from pathlib import Path

from infra.publish.judging.known import Known
from infra.publish.templates import read_content
from tandem.attributes import Function, Rule, Ruleset
from tandem.content import Brand, Content
from tandem.content.brand import Footer
from tandem.content.model import Phrases
from tandem.errors import BadPlaybook
from tandem.events import EventType
from tandem.expressions import Kind
from tandem.playbook import Product
from tests.unit.sending.builders import SHOP

BRAND = Brand(hosts=("shop.example.com",), footer=Footer(postal_address="1 Example Street"))
PRODUCTS = (Product.model_validate({"id": "lp", "name": "Harbor Lights", "price": "24.95", "path": "/records/lp"}),)
_ORDER = (EventType.ORDER_COMPLETED,)
RULES = Ruleset(
    (
        Rule("orders", 1, _ORDER, Function.COUNT),
        Rule("favorite", 2, _ORDER, Function.LAST, kind=Kind.STRING, value="x"),
        Rule("has_bought", 3, _ORDER, Function.EVER),
        Rule("last_products", 4, _ORDER, Function.LATEST, n=5, value="x"),
        Rule("last_order_at", 5, _ORDER, Function.MAX, kind=Kind.TIMESTAMP, value="x"),
    )
)
FIELDS = {
    "subject": "Thank you",
    "preheader": "Hello",
    "heading": "Thank you",
    "paragraph": "Hello",
    "url": "{{ shop.url }}/records",
    "sms": "Thank you",
    "show": "",
}
DESIGN = """\
<mjml lang="{{ locale }}" dir="{{ direction }}">
  <mj-body>
    <mj-section><mj-column>
      <mj-text><h1>{{ message.heading }}</h1></mj-text>
      <mj-text>{% for paragraph in message.paragraphs %}<p>{{ paragraph }}</p>{% endfor %}</mj-text>
      {MORE}
      <mj-button href="{{ message.action.url }}">{{ message.action.label }}</mj-button>
      <mj-text>{{ shop.postal_address }}</mj-text>
      <mj-text>{{ phrases.why }} {{ phrases.total }}{{ phrases.more }}{{ phrases.lines_heading }}</mj-text>
      <mj-text><a href="{{ unsubscribe_url }}">{{ phrases.unsubscribe }}</a></mj-text>
    </mj-column></mj-section>
  </mj-body>
</mjml>
"""
MORE_LINE = 6  # where {MORE} stands


def folder_of(root: Path, *, more: str = "", phrases: str = "", design: str = DESIGN, **words: str) -> Path:
    """The folder; `more` goes into the design, `phrases` into the English phrases, the rest are fields."""
    said = {**FIELDS, **words}
    files = {
        "designs/letter.mjml": design.replace("{MORE}", more),
        "templates/_phrases/en.yaml": "".join(f"{name}: Words\n" for name in Phrases.model_fields) + phrases,
        "templates/thanks/en.yaml": (
            f"subject: {_text(said['subject'])}\npreheader: {_text(said['preheader'])}\n"
            f"heading: {_text(said['heading'])}\nparagraphs:\n  - {_text(said['paragraph'])}\n"
            f"show: [{said['show']}]\naction:\n  label: Go\n  url: {_text(said['url'])}\nsms: {_text(said['sms'])}\n"
        ),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def _text(said: str) -> str:
    return said if said.startswith("|") else "'" + said.replace("'", "''") + "'"


def read(folder: Path, *given: str, products: tuple[Product, ...] = PRODUCTS) -> Content:
    """Its content; messages speak of what is given (`order`, `cart`), or of nothing."""
    known = Known(RULES, {"thanks": (frozenset(given),)})
    return read_content(folder, SHOP, products, BRAND, known=known)


def defects(folder: Path, *given: str, products: tuple[Product, ...] = PRODUCTS) -> list[str]:
    """What publishing says of it."""
    try:
        read(folder, *given, products=products)
    except BadPlaybook as bad:
        return [str(each) for each in bad.defects]
    return []
