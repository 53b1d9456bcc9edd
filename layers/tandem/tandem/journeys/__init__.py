"""Journeys: what waits, until when, and how somebody moves through."""

from tandem.journeys.advance import Moved, Situation, advance
from tandem.journeys.program import Program, program
from tandem.journeys.waits import MEETING, Wait, arm, cart_of, handled, timer_key, waits

__all__ = [
    "MEETING",
    "Moved",
    "Program",
    "Situation",
    "Wait",
    "advance",
    "arm",
    "cart_of",
    "handled",
    "program",
    "timer_key",
    "waits",
]
