"""The door: every identifier of a data model is checked here, and nowhere else.

The patterns are the lax ones of the contract (Appendix B): whatever CDF accepts passes, and nothing that could be
code, a path or a control character does. Reserved words are CDF's business, not ours.
"""

from __future__ import annotations

import re

from pygen_codegen.errors import ModelError
from pygen_runtime.schema import ContainerId, DataModelId, NodeId, SourceId, ViewId

_SPACE = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]{0,41}[a-zA-Z0-9]?")
_EXTERNAL_ID = re.compile(r"[a-zA-Z]([a-zA-Z0-9_]{0,253}[a-zA-Z0-9])?")
_VERSION = re.compile(r"[a-zA-Z0-9]([.a-zA-Z0-9_-]{0,41}[a-zA-Z0-9])?")
_PROPERTY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,253}[a-zA-Z0-9]?")
_ENUM_VALUE = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,127}")
_INSTANCE = re.compile(r"[^\0]{1,256}", re.DOTALL)

_SHOWN = 80


def check_source(id: SourceId | DataModelId, where: str) -> None:
    """Refuse a reference to a view, a container or a data model that CDF could not have made.

    Args:
        id: The reference.
        where: The place it stands at, for the message.

    Raises:
        ModelError: A part of it is not a legal identifier.
    """
    _check(id.space, _SPACE, "space", where)
    _check(id.external_id, _EXTERNAL_ID, "external id", where)
    if not isinstance(id, ContainerId):
        _check(id.version, _VERSION, "version", where)


def check_view(id: ViewId | None, where: str) -> ViewId | None:
    """The same for a view that may be missing, and hand it back."""
    if id is not None:
        check_source(id, where)
    return id


def check_node(id: NodeId, where: str) -> None:
    """The same for a node."""
    _check(id.space, _SPACE, "space", where)
    _check(id.external_id, _INSTANCE, "external id", where)


def check_property(identifier: str, where: str) -> None:
    """The same for the identifier of a property."""
    _check(identifier, _PROPERTY, "property", where)


def check_enum_value(identifier: str, where: str) -> None:
    """The same for a value of an enum."""
    _check(identifier, _ENUM_VALUE, "enum value", where)


def shown(text: str) -> str:
    """Text from a model as an error message may show it: quoted, on one line, not too long."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"


def _check(text: str, pattern: re.Pattern[str], kind: str, where: str) -> None:
    if not pattern.fullmatch(text):
        raise ModelError(
            f"{where}: {shown(text)} is not a legal {kind} in CDF (it must match {pattern.pattern}); "
            "fill in the placeholders of a template, or correct the model"
        )
