"""Errors of data model sources; the root of the tree is `pygen_runtime.errors`.

PygenError
└── SourceError              a data model cannot be read or used
    └── UnknownModelError    the server has no such data model
"""

from __future__ import annotations

from pygen_runtime.errors import PygenError


class SourceError(PygenError):
    """A data model cannot be read, or not be used as it is; the message names the file, the view and the property."""


class UnknownModelError(SourceError):
    """The server has no such data model, or not in that version."""
