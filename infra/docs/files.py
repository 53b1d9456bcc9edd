"""The committed files: what they should say, what is stale, and writing them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from infra.docs.mails import mails
from infra.docs.story import why
from infra.docs.world import world
from infra.pages import pages
from infra.pages.model import ShownMail
from infra.pages.picture import three_mails

README: Final = "README.md"
WHY: Final = "docs/pictures/why.txt"
HTML: Final = "docs/pictures/three-mails.html"
PNG: Final = "docs/pictures/three-mails.png"
SUMS: Final = "docs/pictures/three-mails.sha256"  # of the picture and the page it was made from; sha256sum reads it
BEGIN: Final = "<!-- why:begin -->"
END: Final = "<!-- why:end -->"
_BLOCK: Final = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Made:
    """What the code says now."""

    why: str
    mails: tuple[ShownMail, ...]

    @property
    def block(self) -> str:
        """The README's part, its two marks included."""
        return f"{BEGIN}\n```text\n{self.why}```\n{END}"

    @property
    def html(self) -> bytes:
        """The page that the picture is taken of."""
        return pages.encoded(pages.picture(self.mails))


def make() -> Made:
    """Runs the shop's day. It takes a second or two."""
    shop = world()
    return Made(why(shop), mails(shop))


def stale(root: Path, made: Made) -> list[str]:
    """A sentence for each thing in the repository at `root` that is not what the code says; none is well."""
    return [*_texts(root, made), *_picture(root)]


def _texts(root: Path, made: Made) -> Iterator[str]:
    if _read(root / WHY) != made.why.encode():
        yield f"{WHY} is not what `tandem why` says now"
    if _read(root / HTML) != made.html:
        yield f"{HTML} is not what the mails look like now"
    readme = _read(root / README).decode()
    blocks = _BLOCK.findall(readme)
    if len(blocks) != 1:
        yield f"{README} must have the lines {BEGIN} and {END} once, for `tandem why`"
    elif blocks != [made.block]:
        yield f"{README} does not show what `tandem why` says now"
    if f"({PNG})" not in readme and f'"{PNG}"' not in readme:
        yield f"{README} must show {PNG}"


def _picture(root: Path) -> Iterator[str]:
    if not (root / PNG).is_file():
        yield f"{PNG} is not there"
    elif _read(root / SUMS) != _sums(root):
        yield f"{PNG} is not a picture of {HTML} as it is now"


def write(root: Path, made: Made, *, browser: str = "") -> str:
    """Makes the files anew; what there is to say of the picture. Without a browser the picture stays as it is."""
    (root / WHY).parent.mkdir(parents=True, exist_ok=True)
    (root / WHY).write_bytes(made.why.encode())
    readme = _read(root / README).decode()
    if len(_BLOCK.findall(readme)) == 1:
        (root / README).write_bytes(_BLOCK.sub(lambda _: made.block, readme).encode())
    picture = three_mails(made.mails, root / PNG, browser=browser)
    if picture.png:
        (root / SUMS).write_bytes(_sums(root))
    return picture.note


def _sums(root: Path) -> bytes:
    named: Sequence[Path] = (root / HTML, root / PNG)
    return "".join(f"{sha256(_read(path)).hexdigest()}  {path.name}\n" for path in named).encode()


def _read(path: Path) -> bytes:
    """Nothing where there is no file: it differs from everything."""
    return path.read_bytes() if path.is_file() else b""
