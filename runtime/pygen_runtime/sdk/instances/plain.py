"""Values of fields as JSON has them, for `to_dict`."""

from __future__ import annotations

from typing import Any

import msgspec

from pygen_runtime.schema import NodeId


def plain(value: object) -> Any:
    """The value of a field: ids by the names that Python calls their parts, all else as msgspec writes it."""
    if isinstance(value, list):
        return [_one(each) for each in value]
    return _one(value)


def _one(value: object) -> Any:
    if isinstance(value, NodeId):
        return {"space": value.space, "external_id": value.external_id}
    return msgspec.to_builtins(value)
