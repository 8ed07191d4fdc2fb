"""Lazy queries over one view: pages, projections, groups, search, frames; and their synchronous twins."""
