"""Queries over several views at once: `include`, `follow` and `reach` as `/query` requests."""
