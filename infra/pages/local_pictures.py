"""A mail with its pictures inside: as its reader sees it, where the shop's site is not there to serve them."""

import re
from base64 import b64encode
from functools import lru_cache
from pathlib import Path
from typing import Final

_TYPES: Final = {
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
# Where a page says that a picture is shown; a link to one stays a link.
_SHOWN: Final = r"(?P<before>\b(?:src|srcset|background|poster)\s*=\s*[\"']?|\burl\(\s*(?:[\"']|&quot;|&#3[49];)?)"
# Each part begins with a letter or a digit, so that none leads out of the folder.
_NAME: Final = r"(?P<name>[A-Za-z0-9][\w.-]*(?:/[A-Za-z0-9][\w.-]*)*)(?:\?[^\s\"'<>)&]*)?(?=[\s\"'<>)&]|$)"


def with_local_pictures(html: str, shop_url: str, folder: Path) -> str:
    """The page with every picture of the shop's `/images/` that lies in `folder/images` as a data: address.

    `folder` is a playbook's. Pictures that it does not have, and those of other hosts, stay as they are, and so do
    links.
    """
    images = folder / "images"
    served = re.compile(f"{_SHOWN}{re.escape(shop_url.rstrip('/'))}/images/{_NAME}", re.IGNORECASE)

    def inside(found: re.Match[str]) -> str:
        path = images / found["name"]
        kind = _TYPES.get(path.suffix.lower())
        return found["before"] + _data(path, kind) if kind and path.is_file() else found[0]

    return served.sub(inside, html)


def _data(path: Path, kind: str) -> str:
    return _encoded(path, kind, path.stat().st_mtime_ns)


@lru_cache(maxsize=256)
def _encoded(path: Path, kind: str, _changed: int) -> str:
    """A page shows the same picture often, and a run shows it on hundreds of pages."""
    return f"data:{kind};base64,{b64encode(path.read_bytes()).decode()}"
