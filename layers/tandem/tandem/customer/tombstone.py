"""What is kept of a customer who was erased: a hash, so that late events do not bring the person back."""

import hashlib
from collections.abc import Collection


def tombstone_key(customer_id: str) -> str:
    """What stands for an erased customer: SHA-256 over a word of ours and the id, in hex."""
    return hashlib.sha256(f"erased\n{customer_id}".encode("utf-8", "surrogatepass")).hexdigest()


def is_erased(customer_id: str, tombstones: Collection[str]) -> bool:
    """Whether one of these is the customer's. Where there are none nothing is hashed."""
    return bool(tombstones) and tombstone_key(customer_id) in tombstones
