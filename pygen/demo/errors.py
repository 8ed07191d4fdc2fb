"""Errors of the demo."""

from __future__ import annotations

from pygen_runtime.errors import PygenError


class DemoError(PygenError):
    """The demo cannot go on, or what it read is not what it wrote; the message says what differs."""
