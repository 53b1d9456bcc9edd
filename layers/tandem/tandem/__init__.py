"""Tandem: event-triggered marketing that knows the customer."""
