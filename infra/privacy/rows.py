"""Ledger rows without the person: what is counted stays, everything else goes, also what a later release adds."""

from collections.abc import Mapping
from typing import Any, Final

_KEPT: Final = frozenset(
    {
        "pk",
        "status",
        "campaign",
        "channel",
        "template",
        "variant",
        "purpose",
        "delivery",
        "playbook",
        "not_after",
        "reason",
        "settled_by",
        "told",
        "unsettled",
        "v",
    }
)
_HARMLESS: Final = frozenset({"N", "BOOL"})  # numbers and flags tell of a message, not of a person


def personal(row: Mapping[str, Any]) -> list[str]:
    """The names of what has to go: `customer_id`, `address_hash`, the whole send, words of a provider."""
    return sorted(
        name
        for name, value in row.items()
        if name not in _KEPT and not name.endswith("_at") and not value.keys() & _HARMLESS
    )


def anonymising(row: Mapping[str, Any], erased_at: str) -> dict[str, Any]:
    """The update of a row that exists; a row that is gone meanwhile stays gone."""
    gone = personal(row)
    return {
        "Key": {"pk": row["pk"]},
        "UpdateExpression": "SET erased_at = if_not_exists(erased_at, :at) REMOVE "
        + ", ".join(f"#{at}" for at, _ in enumerate(gone)),
        "ConditionExpression": "attribute_exists(pk)",
        "ExpressionAttributeNames": {f"#{at}": name for at, name in enumerate(gone)},
        "ExpressionAttributeValues": {":at": {"S": erased_at}},
    }
