"""What the fields of types become: values, direct relations, edges, or reverse relations (contract §11.2)."""

from __future__ import annotations

from typing import Literal

from pygen.sources.graphql_types import Document, Field

SCALARS = {
    "String": "text",
    "Int": "int32",
    "Int32": "int32",
    "Int64": "int64",
    "Float": "float64",
    "Float32": "float32",
    "Float64": "float64",
    "Boolean": "boolean",
    "Timestamp": "timestamp",
    "Date": "date",
    "JSONObject": "json",
    "TimeSeries": "timeseries",
    "File": "file",
    "Sequence": "sequence",
}
"""Type of a field → type of a container property."""

Kind = Literal["value", "direct", "edge", "reverse"]


class Fields:
    """Tells the fields of a document apart.

    Args:
        document: All types and enums.
    """

    def __init__(self, document: Document) -> None:
        self._types = document.types
        self._enums = document.enums

    def is_defined(self, name: str) -> bool:
        """Whether there is such a type in the text."""
        return name in self._types

    def kind(self, field: Field) -> Kind:
        """What a field becomes. What is neither a value nor defined is a relation to something that is not there."""
        if field.type in self._enums or (field.type in SCALARS and field.type not in self._types):
            return "value"
        if "reverseDirectRelation" in field.directives:
            return "reverse"
        if "relation" in field.directives or (field.list and "directRelation" not in field.directives):
            return "edge"
        return "direct"

    def is_stored(self, field: Field) -> bool:
        """Whether a field is a property of a container."""
        return self.kind(field) in ("value", "direct")
