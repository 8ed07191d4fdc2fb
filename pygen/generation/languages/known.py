"""Which languages there are. Each is imported when it is asked for: one brings libcst, the other does not."""

from __future__ import annotations

import importlib
from collections.abc import Mapping

from pygen.generation.languages.language import Language
from pygen_runtime.errors import UsageError

LANGUAGES: Mapping[str, str] = {
    "python": "pygen.generation.languages.python:Python",
    "typescript": "pygen.generation.languages.typescript:TypeScript",
}
"""Language → module and class."""


def find_language(name: str) -> Language:
    """A language by its name.

    Raises:
        UsageError: pygen does not know it.
    """
    if name not in LANGUAGES:
        raise UsageError(f"the language {name!r} is not known; there are {', '.join(LANGUAGES)}")
    module, _, class_ = LANGUAGES[name].partition(":")
    made: Language = getattr(importlib.import_module(module), class_)()
    return made
