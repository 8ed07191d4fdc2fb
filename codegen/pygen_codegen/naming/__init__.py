"""Names in generated code: what a thing would like to be called (`words`, `config`), and what it gets (`Scope`)."""

from pygen_codegen.naming.config import PYTHON_NAMING, TYPESCRIPT_NAMING, NameStyle, NamingConfig
from pygen_codegen.naming.number import plural, singular
from pygen_codegen.naming.ranks import ranked, view_owner, view_wishes
from pygen_codegen.naming.reserved import (
    FILE_NAMES,
    PYTHON,
    PYTHON_BUILTINS,
    PYTHON_EXCEPTIONS,
    PYTHON_KEYWORDS,
    TYPESCRIPT,
    TYPESCRIPT_GLOBALS,
    TYPESCRIPT_KEYWORDS,
    TYPESCRIPT_MEMBERS,
)
from pygen_codegen.naming.scope import Clash, Scope, Wish
from pygen_codegen.naming.words import camel, constant, human, keep, pascal, snake, words

__all__ = [
    "FILE_NAMES",
    "PYTHON",
    "PYTHON_BUILTINS",
    "PYTHON_EXCEPTIONS",
    "PYTHON_KEYWORDS",
    "PYTHON_NAMING",
    "TYPESCRIPT",
    "TYPESCRIPT_GLOBALS",
    "TYPESCRIPT_KEYWORDS",
    "TYPESCRIPT_MEMBERS",
    "TYPESCRIPT_NAMING",
    "Clash",
    "NameStyle",
    "NamingConfig",
    "Scope",
    "Wish",
    "camel",
    "constant",
    "human",
    "keep",
    "pascal",
    "plural",
    "ranked",
    "singular",
    "snake",
    "view_owner",
    "view_wishes",
    "words",
]
