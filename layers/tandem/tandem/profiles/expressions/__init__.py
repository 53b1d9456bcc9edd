"""The slow brain's computation, written once. `infra.sql` compiles it to `../sql/`; only that and tests import it.

history ─ lines ─ orders, counts: each a table made from the ones before it. `problems` and `conflicts` list what may
not be in a history. baskets ─ figures, cut_points: what rules came to, and what no rule combines with.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from tandem.profiles.expressions.customers import cut_points, figures
from tandem.profiles.expressions.history import conflicts, counts, lines, orders, problems
from tandem.profiles.expressions.tables import Expr

EXPRESSIONS: Final[Mapping[str, Callable[[], Expr]]] = MappingProxyType(
    {
        "lines": lines,
        "problems": problems,
        "orders": orders,
        "conflicts": conflicts,
        "counts": counts,
        "figures": figures,
        "cut_points": cut_points,
    }
)
