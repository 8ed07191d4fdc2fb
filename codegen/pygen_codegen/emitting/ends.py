"""What the relations that have a view's edges say of them: their type, and which views the two ends are seen through."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from pygen_codegen.ir import ancestors
from pygen_codegen.ir.types import IREdge, IRModel
from pygen_runtime.schema import NodeId, ViewId

End = Literal["start", "end"]
Ends = dict[End, ViewId]


def views_at_ends(model: IRModel) -> dict[ViewId, dict[End, set[ViewId]]]:
    """View of edges → end → the views of the nodes that the relations with such edges have there.

    Args:
        model: The data model.
    """
    met: defaultdict[ViewId, dict[End, set[ViewId]]] = defaultdict(lambda: {"start": set(), "end": set()})
    for view in model.classes:
        for relationship in view.relationships:
            match relationship.via:
                case IREdge(edge=ViewId() as edge, direction="outwards"):
                    met[edge]["start"].add(view.id)
                    met[edge]["end"].add(relationship.target)
                case IREdge(edge=ViewId() as edge):
                    met[edge]["start"].add(relationship.target)
                    met[edge]["end"].add(view.id)
    return dict(met)


def type_of_edges(model: IRModel) -> dict[ViewId, NodeId]:
    """View of edges → the type of its edges, where all relations with such edges have the same.

    Args:
        model: The data model.
    """
    met: defaultdict[ViewId, set[NodeId]] = defaultdict(set)
    for view in model.classes:
        for relationship in view.relationships:
            if isinstance(relationship.via, IREdge) and relationship.via.edge:
                met[relationship.via.edge].add(relationship.via.type)
    return {edge: min(types) for edge, types in met.items() if len(types) == 1}


def ends_of_edges(model: IRModel) -> dict[ViewId, Ends]:
    """View of edges → the view of the nodes at each end, where the model says one; several are one if all but one inherit from it.

    Args:
        model: The data model.
    """
    above = ancestors(model)
    found: dict[ViewId, Ends] = {}
    for edge, ends in views_at_ends(model).items():
        found[edge] = {}
        for end, views in ends.items():
            tops = [view for view in views if views.isdisjoint(above.get(view, ()))]
            if len(tops) == 1:
                found[edge][end] = tops[0]
    return found
