"""Hearing back: what providers tell of messages, to addresses, ledger and customers."""

from tandem.hearing.flow import Done, Ports, hear
from tandem.hearing.heard import Heard, Kind
from tandem.hearing.machine import is_machine
from tandem.hearing.row import Hears, Row, hears
from tandem.hearing.ses import parse
from tandem.hearing.soft import MOST_SOFT, Bounces

__all__ = [
    "MOST_SOFT",
    "Bounces",
    "Done",
    "Heard",
    "Hears",
    "Kind",
    "Ports",
    "Row",
    "hear",
    "hears",
    "is_machine",
    "parse",
]
