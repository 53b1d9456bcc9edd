"""`brand.yaml`: what a shop looks like. A folder without it has the look of the first releases."""

from pathlib import Path
from typing import Final

from infra.publish.judging.contrast import illegible
from infra.publish.parts import Head
from infra.publish.source import Source, read_yaml, validate
from tandem.content import Brand
from tandem.errors import BadPlaybook, Defect
from tandem.playbook import Shop

NAME: Final = "brand.yaml"
_ADDRESS: Final = ("shop", "postal_address")


def read_brand(folder: Path, source: Source, head: Head, defects: list[Defect]) -> tuple[Shop, Brand | None]:
    """The shop with its postal address, and its brand. What is wrong is added to `defects`."""
    shop, path = head.shop, folder / NAME
    if not path.is_file():
        if not shop.postal_address:
            defects.append(
                source.defect(_ADDRESS, f"it is missing: say it here, or as footer.postal_address in {NAME}")
            )
        return shop, None
    try:
        written = read_yaml(path, folder)
        brand = validate(Brand, written, written.data)
    except BadPlaybook as bad:
        defects += bad.defects
        return shop, None
    defects += illegible(brand, written)
    address = brand.footer.postal_address
    if shop.postal_address not in {"", address}:
        defects.append(source.defect(_ADDRESS, f"{NAME} says another one: say it in one place alone"))
    return shop.model_copy(update={"postal_address": address}), brand
