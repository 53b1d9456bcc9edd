"""Decisions and what came of them, in words a marketer understands. Pure: the terminal and the pages both use it."""

from infra.explain.ledger import LedgerRow, read_row
from infra.explain.sentences import sentences
from infra.explain.timeline import Entry, timeline, verdict

__all__ = ["Entry", "LedgerRow", "read_row", "sentences", "timeline", "verdict"]
