"""The door: every identifier of a data model is checked here, and nowhere else.

The patterns are the lax ones of the contract (Appendix B): whatever CDF accepts passes, and nothing that could be
code, a path or a control character does. Words that CDF reserves pass too: older models hold some.
"""

from __future__ import annotations

import re

from pygen_codegen.ir.findings import PartError
from pygen_runtime.schema import ContainerId, DataModelId, NodeId, SourceId, ViewId

_SPACE = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]{0,41}[a-zA-Z0-9]?")
_EXTERNAL_ID = re.compile(r"[a-zA-Z]([a-zA-Z0-9_]{0,253}[a-zA-Z0-9])?")
_VERSION = re.compile(r"[a-zA-Z0-9]([.a-zA-Z0-9_-]{0,41}[a-zA-Z0-9])?")
_PROPERTY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,253}[a-zA-Z0-9]?")
_ENUM_VALUE = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,127}")
_INSTANCE = re.compile(r"[^\0]{1,256}", re.DOTALL)

_RESERVED_VIEWS = frozenset(
    [
        "Query",
        "Mutation",
        "Subscription",
        "String",
        "Int32",
        "Int64",
        "Int",
        "Float32",
        "Float64",
        "Float",
        "Timestamp",
        "JSONObject",
        "Date",
        "Numeric",
        "Boolean",
        "PageInfo",
        "File",
        "Sequence",
        "TimeSeries",
    ]
)
_RESERVED_PROPERTIES = frozenset(
    [
        "space",
        "externalId",
        "createdTime",
        "lastUpdatedTime",
        "deletedTime",
        "edge_id",
        "node_id",
        "project_id",
        "property_group",
        "seq",
        "tg_table_name",
        "extensions",
    ]
)

_SHOWN = 80


def check_source(id: SourceId | DataModelId, where: str) -> None:
    """Refuse a reference to a view, a container or a data model that CDF could not have made.

    Args:
        id: The reference.
        where: The place it stands at, for the message.

    Raises:
        PartError: A part of it is not a legal identifier.
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


def legal_view(id: ViewId) -> ViewId | None:
    """The view, if a message can show it as it is."""
    legal = _SPACE.fullmatch(id.space) and _EXTERNAL_ID.fullmatch(id.external_id) and _VERSION.fullmatch(id.version)
    return id if legal else None


def legal_property(identifier: str) -> str | None:
    """The property, likewise."""
    return identifier if _PROPERTY.fullmatch(identifier) else None


def is_reserved(identifier: ViewId | str) -> bool:
    """Whether CDF keeps a view's external id, or a property's name, for itself (contract, Appendix B)."""
    if isinstance(identifier, ViewId):
        return identifier.external_id in _RESERVED_VIEWS
    return identifier in _RESERVED_PROPERTIES


def shown(text: str) -> str:
    """Text from a model as an error message may show it: quoted, on one line, not too long."""
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}…"


def _check(text: str, pattern: re.Pattern[str], kind: str, where: str) -> None:
    if not pattern.fullmatch(text):
        raise PartError(
            "illegal-identifier",
            f"{where}: {shown(text)} is not a legal {kind} in CDF (it must match {pattern.pattern}); "
            "fill in the placeholders of a template, or correct the model",
        )
