"""Content: what a playbook says, and how it becomes a message."""

from tandem.content.mime import to_bytes
from tandem.content.model import Action, Content, Layouts, Offer, Phrases, Template, read_published
from tandem.content.render import Mail, Message, Note, Sms, render
from tandem.content.variables import VARIABLES

__all__ = [
    "VARIABLES",
    "Action",
    "Content",
    "Layouts",
    "Mail",
    "Message",
    "Note",
    "Offer",
    "Phrases",
    "Sms",
    "Template",
    "read_published",
    "render",
    "to_bytes",
]
