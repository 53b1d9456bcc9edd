"""The decision: gates, arbitration, and the record of both."""

from tandem.decisions.contender import Closed, Contender
from tandem.decisions.decide import Arbitration, Chosen, Made, decide
from tandem.decisions.gates import GATES, Gate
from tandem.decisions.model import Candidate, Cause, Decision, Outcome, decision_document, read_decision
from tandem.decisions.moment import Moment, Scene
from tandem.decisions.reached import Reached, reached_document, read_record
from tandem.decisions.repeat import repeat, same
from tandem.decisions.seen import Seen

__all__ = [
    "GATES",
    "Arbitration",
    "Candidate",
    "Cause",
    "Chosen",
    "Closed",
    "Contender",
    "Decision",
    "Gate",
    "Made",
    "Moment",
    "Outcome",
    "Reached",
    "Scene",
    "Seen",
    "decide",
    "decision_document",
    "reached_document",
    "read_decision",
    "read_record",
    "repeat",
    "same",
]
