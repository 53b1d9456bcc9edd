"""No mail comes near SES's 40 MB, whatever is in it."""

from tandem.content import Mail, render, to_bytes
from tandem.events import Line
from tests.unit.sending.builders import NOW, SENDER, a_content, a_send, a_template

LONGEST_WORDS = 4_000  # what a playbook may say in one place
LONGEST_NAME = 200
ASTRAL = "\N{CAT FACE WITH WRY SMILE}"  # four bytes, twelve characters in quoted-printable


def test_the_largest_mail_there_is_has_less_than_a_megabyte() -> None:
    words = ASTRAL * LONGEST_WORDS
    template = a_template(preheader=words, heading=words, paragraphs=[words] * 5)
    lines = tuple(Line(f"{number}", 100_000, ASTRAL * LONGEST_NAME, 10**13) for number in range(100))
    send = a_send(first_name=ASTRAL * LONGEST_NAME, lines=lines)

    mail = render(a_content(thanks=template), send)

    assert isinstance(mail, Mail)
    written = to_bytes(
        mail, sender=("x" * LONGEST_NAME, SENDER), recipient="a@example.com", decision="ab" * 16, date=NOW
    )
    assert len(written) < 1_000_000
