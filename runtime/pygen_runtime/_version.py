"""The version, once: of the distribution and of the contract between generated SDKs and this runtime."""

__version__ = "0.1.0"

CONTRACT = 1
"""Grows when an SDK generated before can no longer run on this runtime. Checked by every SDK at import."""
