"""Which texts can be names."""

from __future__ import annotations

import re
from functools import lru_cache

_KEYWORDS = (
    "await break case catch class const continue debugger default delete do else enum export extends false finally for "
    "function if implements import in instanceof interface let new null package private protected public return static "
    "super switch this throw true try typeof var void while with yield"
)
RESERVED = frozenset(_KEYWORDS.split())
"""What cannot name a variable, a class or a parameter of a module."""

_TESTS = {prefix + name for prefix in ("", "f", "x") for name in ("describe", "it", "test")}
_SPECIAL = frozenset({"require", "define", "graphql", *_TESTS})
"""Functions whose calls prettier lays out in a way of their own."""

_WORD = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*\Z")


@lru_cache(maxsize=8192)
def is_identifier(text: str) -> bool:
    """Whether it is spelled like a name, reserved or not. Only ASCII counts: every tool agrees about that."""
    return _WORD.match(text) is not None


@lru_cache(maxsize=8192)
def variable(text: str) -> str:
    """A name that a declaration can give.

    Raises:
        ValueError: It is no identifier, reserved, or the name of a function that prettier treats specially.
    """
    if not is_identifier(text) or text in RESERVED or text in _SPECIAL:
        raise ValueError(f"{text!r} cannot be declared in TypeScript")
    return text


@lru_cache(maxsize=8192)
def member(text: str) -> str:
    """A name that may follow a dot, `#private` names among them.

    Raises:
        ValueError: It is no identifier.
    """
    if not is_identifier(text.removeprefix("#")):
        raise ValueError(f"{text!r} cannot follow a dot in TypeScript")
    return text


@lru_cache(maxsize=8192)
def path(text: str) -> str:
    """A name, dotted or not: of a type, or what `typeof` asks about.

    Raises:
        ValueError: It is not made of identifiers.
    """
    if not all(is_identifier(part) for part in text.split(".")):
        raise ValueError(f"{text!r} is no name in TypeScript")
    return text
