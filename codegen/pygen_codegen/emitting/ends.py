"""Which views the two ends of a view's edges are seen through, learnt from the relations that have such edges."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from pygen_codegen.ir import ancestors
from pygen_codegen.ir.types import IREdge, IRModel
from pygen_runtime.schema import ViewId

End = Literal["start", "end"]
Ends = dict[End, ViewId]


def ends_of_edges(model: IRModel) -> dict[ViewId, Ends]:
    """View of edges → the view of the nodes at each end, where the model says one; several are one if all but one inherit from it.

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
    above = ancestors(model)
    found: dict[ViewId, Ends] = {}
    for edge, ends in met.items():
        found[edge] = {}
        for end, views in ends.items():
            tops = [view for view in views if views.isdisjoint(above.get(view, ()))]
            if len(tops) == 1:
                found[edge][end] = tops[0]
    return found
