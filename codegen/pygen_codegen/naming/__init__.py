"""Names in generated code: what a thing would like to be called (`words`), and what it gets (`Scope`)."""

from pygen_codegen.naming.reserved import (
    FILE_NAMES,
    PYTHON,
    PYTHON_BUILTINS,
    PYTHON_EXCEPTIONS,
    PYTHON_KEYWORDS,
    TYPESCRIPT_KEYWORDS,
)
from pygen_codegen.naming.scope import Scope
from pygen_codegen.naming.words import constant, human, pascal, snake, words

__all__ = [
    "FILE_NAMES",
    "PYTHON",
    "PYTHON_BUILTINS",
    "PYTHON_EXCEPTIONS",
    "PYTHON_KEYWORDS",
    "TYPESCRIPT_KEYWORDS",
    "Scope",
    "constant",
    "human",
    "pascal",
    "snake",
    "words",
]
