"""Journeys: what waits, and until when."""

from tandem.journeys.waits import Wait, arm, cart_of, handled, timer_key, waits

__all__ = ["Wait", "arm", "cart_of", "handled", "timer_key", "waits"]
