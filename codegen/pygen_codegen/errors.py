"""The generator's branch of the error tree.

PygenError
└── CodegenError       generating cannot go on
    ├── HookError      a hook failed, or gave back what cannot be used
    ├── ModelError     the data model cannot be turned into an SDK
    └── OutputError    the output folder cannot, or must not, be written

The message of each says why, and what to do about it.
"""

from __future__ import annotations

from pygen_runtime.errors import PygenError


class CodegenError(PygenError):
    """Generating cannot go on; the message says why and what to do."""


class ModelError(CodegenError):
    """The data model is incomplete, contradicts itself, or holds something that this version does not know."""


class HookError(CodegenError):
    """A hook is not there, failed, or gave back what cannot be used; the message names it."""


class OutputError(CodegenError):
    """The output folder cannot be written, or writing would touch files that are not pygen's."""
