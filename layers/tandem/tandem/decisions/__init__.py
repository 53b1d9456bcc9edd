"""The decision: gates, arbitration, and the record of both."""

from tandem.decisions.decide import decide, decision_id, entry_of, send_of
from tandem.decisions.model import Candidate, Cause, Decision, Outcome, decision_document, read_decision
from tandem.decisions.moment import Moment

__all__ = [
    "Candidate",
    "Cause",
    "Decision",
    "Moment",
    "Outcome",
    "decide",
    "decision_document",
    "decision_id",
    "entry_of",
    "read_decision",
    "send_of",
]
