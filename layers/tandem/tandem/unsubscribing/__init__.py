"""Unsubscribing: the links that mails carry, the page they lead to, and what a click on it changes."""

from tandem.unsubscribing.links import Links
from tandem.unsubscribing.token import BadToken, Ticket, Why, read_token, token_of

__all__ = ["BadToken", "Links", "Ticket", "Why", "read_token", "token_of"]
