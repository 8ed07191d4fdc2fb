"""What generated classes and their members are called, as far as SDKs in all languages have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from pygen_codegen.emitting.ends import End
from pygen_codegen.ir.types import IRClass
from pygen_runtime.schema import ViewId

Kind = Literal["node", "edge"]
Key = tuple[ViewId, Kind]
"""A view, and which of its instances: a view of nodes and edges can have a class for each."""


class Attributes(NamedTuple):
    """The attributes of the objects of one class.

    Attributes:
        fields: Property → the attribute that holds its value (of relations that can be followed, the ids).
        relations: Relationship → the attribute that follows it; those that lead to no class of this SDK are missing.
        ends: Of a class of edges: end → the attribute that follows it, and the class there, where the model says one.
    """

    fields: Mapping[str, str]
    relations: Mapping[str, str]
    ends: Mapping[End, tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ClassNames:
    """The names of one generated class.

    Attributes:
        view: The view.
        kind: Whether the class is of nodes or of edges.
        name: The class of the objects.
        api: The class of its API.
        client: The client's attribute that holds the API.
        fields: See `Attributes`.
        relations: Likewise.
        ends: Likewise.
        verbs: What the class offers.
    """

    view: IRClass
    kind: Kind
    name: str
    api: str
    client: str
    fields: Mapping[str, str]
    relations: Mapping[str, str]
    ends: Mapping[End, tuple[str, str]]
    verbs: frozenset[str]
