"""Patterns and reserved words of identifiers (contract Appendix B), and lengths of texts."""

from __future__ import annotations

import re
from typing import Final

from pygen.server.errors import RefusedError, violation

_SPACE: Final = re.compile(r"[a-zA-Z][a-zA-Z0-9_-]{0,41}[a-zA-Z0-9]?")
_EXTERNAL_ID: Final = re.compile(r"[a-zA-Z]([a-zA-Z0-9_]{0,253}[a-zA-Z0-9])?")
_VERSION: Final = re.compile(r"[a-zA-Z0-9]([.a-zA-Z0-9_-]{0,41}[a-zA-Z0-9])?")
_PROPERTY: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,253}[a-zA-Z0-9]?")
_RULE: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,42}")
_ENUM_VALUE: Final = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,127}")

RESERVED_SPACES: Final = ("space", "cdf", "dms", "pg3", "shared", "system", "node", "edge")
RESERVED_EXTERNAL_IDS: Final = (
    *(
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
    ),
    *("JSONObject", "Date", "Numeric", "Boolean", "PageInfo", "File", "Sequence", "TimeSeries"),
)
RESERVED_PROPERTIES: Final = (
    *("space", "externalId", "createdTime", "lastUpdatedTime", "deletedTime", "edge_id", "node_id", "project_id"),
    *("property_group", "seq", "tg_table_name", "extensions"),
)
_RESERVED_ENUM_VALUES: Final = ("true", "false", "null")


def check_space(value: str) -> None:
    """Refuse what cannot be the id of a space."""
    _match(_SPACE, value, "space")
    if value in RESERVED_SPACES:
        raise RefusedError(f"Space identifier cannot be one of the reserved values: [{', '.join(RESERVED_SPACES)}]")


def check_external_id(value: str, *, kind: str) -> None:
    """Refuse what cannot be the external id of a container, view or data model; `kind` names it in the message."""
    _match(_EXTERNAL_ID, value, f"{kind} externalId")
    if value in RESERVED_EXTERNAL_IDS and kind != "data model":
        raise RefusedError(
            f"{kind.capitalize()} externalId cannot be one of the reserved values: [{', '.join(RESERVED_EXTERNAL_IDS)}]"
        )


def check_version(value: str) -> None:
    """Refuse what cannot be the version of a view or data model."""
    _match(_VERSION, value, "version")


def check_property(value: str) -> None:
    """Refuse what cannot be the id of a property."""
    _match(_PROPERTY, value, "property identifier")
    if value in RESERVED_PROPERTIES:
        raise RefusedError(
            f"Property identifier cannot be one of the reserved values: [{', '.join(RESERVED_PROPERTIES)}]"
        )


def check_rule(value: str) -> None:
    """Refuse what cannot be the id of a constraint or index."""
    _match(_RULE, value, "constraint or index identifier")


def check_enum_value(value: str) -> None:
    """Refuse what cannot be a value of an enum."""
    _match(_ENUM_VALUE, value, "enum value")
    if value in _RESERVED_ENUM_VALUES:
        raise RefusedError(f"Enum value cannot be one of the reserved values: [{', '.join(_RESERVED_ENUM_VALUES)}]")


def check_instance_external_id(value: str) -> None:
    """Refuse what cannot be the external id of a node or edge: 1 to 256 characters without NUL."""
    if not 1 <= len(value) <= 256:
        raise violation("externalId size must be between 1 and 256")
    if "\0" in value:
        raise violation("externalId must not contain NUL")


def check_texts(name: str | None, description: str | None) -> None:
    """Refuse a name above 255 or a description above 1024 characters."""
    if name is not None and len(name) > 255:
        raise violation("name size must be between 0 and 255")
    if description is not None and len(description) > 1024:
        raise violation("description size must be between 0 and 1024")


def _match(pattern: re.Pattern[str], value: str, what: str) -> None:
    if not pattern.fullmatch(value):
        raise violation(f"{what} '{value[:300]}' must match \"^{pattern.pattern}$\"")
