"""Designs: MJML with Liquid in it, made into the HTML and the text that `send` fills."""

from infra.publish.designs.compile import Made, compile_design
from infra.publish.designs.folder import Designs, read_designs
from infra.publish.designs.located import Located, Place, Places

__all__ = ["Designs", "Located", "Made", "Place", "Places", "compile_design", "read_designs"]
