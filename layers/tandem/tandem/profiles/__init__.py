"""The slow brain: from an order history to a snapshot of profiles.

The computation is written once in Ibis (`expressions`), compiled to SQL (`sql/`, by `python -m infra.sql`), and run on
DuckDB alone. Nothing here is imported by the hot path.
"""
