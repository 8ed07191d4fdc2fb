"""Typed fields of a view: conditions, aggregates and the names that reach the API."""
