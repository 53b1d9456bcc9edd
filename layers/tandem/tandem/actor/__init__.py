"""The actor: one customer at a time, a pure step, effects as data."""

from tandem.actor.batch import Actor, Handled, Message
from tandem.actor.ports import Customers, DeadLetters, Loaded, Outbox, Playbooks
from tandem.actor.step import Step, attributes_of, step

__all__ = [
    "Actor",
    "Customers",
    "DeadLetters",
    "Handled",
    "Loaded",
    "Message",
    "Outbox",
    "Playbooks",
    "Step",
    "attributes_of",
    "step",
]
