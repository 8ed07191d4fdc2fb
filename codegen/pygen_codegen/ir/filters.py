"""What a view's own filter says about new instances."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pygen_codegen.ir.findings import PartError
from pygen_codegen.ir.identifiers import check_node
from pygen_runtime.schema import NodeId

_NODE_TYPE = ["node", "type"]


def node_type(condition: Mapping[str, Any] | None) -> NodeId | None:
    """The type that nodes of a view have to have: the first that the filter compares with, outside of any `not`.

    Args:
        condition: The filter as JSON (contract §7), from whoever made it.

    Returns:
        The type; None when the filter does not compare with one, or not with one that CDF could have.
    """
    waiting: list[Any] = [condition]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Mapping):
            continue
        for operator, operand in node.items():
            if operator in ("and", "or") and isinstance(operand, list):
                waiting.extend(reversed(operand))
            elif operator == "equals" and isinstance(operand, Mapping) and operand.get("property") == _NODE_TYPE:
                return _node(operand.get("value"))
    return None


def _node(value: Any) -> NodeId | None:
    match value:
        case {"space": str(space), "externalId": str(external_id)}:
            node = NodeId(space, external_id)
        case _:
            return None
    try:
        check_node(node, "the filter")
    except PartError:
        return None
    return node
