"""Content: what a playbook says, and how it becomes a message."""

from tandem.content.brand import Brand, brand_of
from tandem.content.messages import Mail, Message, Note, Sms
from tandem.content.mime import to_bytes
from tandem.content.model import Action, Content, Layouts, Offer, Phrases, Template, read_published
from tandem.content.render import render
from tandem.content.variables import VARIABLES

__all__ = [
    "VARIABLES",
    "Action",
    "Brand",
    "Content",
    "Layouts",
    "Mail",
    "Message",
    "Note",
    "Offer",
    "Phrases",
    "Sms",
    "Template",
    "brand_of",
    "read_published",
    "render",
    "to_bytes",
]
