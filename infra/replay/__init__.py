"""Past or imagined events through the real actor, in memory: who would get what, and why."""

from infra.replay.engine import Arrival, Replayed, replay

__all__ = ["Arrival", "Replayed", "replay"]
