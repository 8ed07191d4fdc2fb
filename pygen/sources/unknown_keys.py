"""Keys in files that no definition has: misspelled, or newer than pygen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import msgspec

from pygen_codegen.ir import Finding
from pygen_codegen.ir.findings import Findings
from pygen_codegen.ir.identifiers import legal_property, legal_view, shown
from pygen_runtime.schema import View

_MOST = 20
_TAG = "type"
_TAGS = ("view", "container")


def unknown_keys(value: Any, read: Any, place: str) -> tuple[Finding, ...]:
    """What is worth telling about the keys of a definition that were not read, as far as they are not too many.

    Args:
        value: The definition as it stands in the file.
        read: What was made of it.
        place: What the definition is of, for messages.
    """
    findings = Findings()
    view = legal_view(read.as_id()) if isinstance(read, View) else None
    for *way, key in islice(_ways(value, read), _MOST):
        property = way[1] if len(way) > 1 and way[0] == "properties" else None
        at = f"{place}, property {shown(property)}," if property is not None else place
        message = f"{at} has the key {shown(key)}, which is not known there"
        named = legal_property(property) if view is not None and property is not None else None
        findings.add("unknown-key", message, "ignored", view=view, property=named)
    return findings.all()


def _ways(value: Any, read: Any) -> Iterator[tuple[str, ...]]:
    """The ways to keys that have no field. A tag may stand beside every reference, and in some files stands elsewhere too."""
    if isinstance(value, dict) and isinstance(read, msgspec.Struct):
        fields = dict(zip(read.__struct_encode_fields__, read.__struct_fields__, strict=True))
        for key, each in value.items():
            if key in fields:
                yield from ((key, *rest) for rest in _ways(each, getattr(read, fields[key])))
            elif not (key == _TAG and each in _TAGS):
                yield (key,)
    elif isinstance(value, dict) and isinstance(read, dict):
        for key in (key for key in value if key in read):
            yield from ((key, *rest) for rest in _ways(value[key], read[key]))
    elif isinstance(value, list) and isinstance(read, list):
        for each, other in zip(value, read, strict=True):
            yield from _ways(each, other)
