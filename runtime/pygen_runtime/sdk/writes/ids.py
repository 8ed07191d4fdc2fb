"""Where ids come from when a write object has none: settings of a client, never of the program.

client.writing = WriteDefaults(space="plant", node_id=prefixed("pump", random_ids()))
"""

from __future__ import annotations

import hashlib
import itertools
import uuid
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET

from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId
from pygen_runtime.schema.codec import encode
from pygen_runtime.sdk.writes.shapes import shape_of
from pygen_runtime.sdk.writes.values import encoded
from pygen_runtime.sdk.writes.write import PygenNodeWrite

NodeIds = Callable[[PygenNodeWrite], str]
"""Makes the external id of a node that has none."""

_LONGEST = 255  # characters of an external id
_DIGEST = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeEnds:
    """What an edge between two nodes is made of."""

    type: NodeId
    start: NodeId
    end: NodeId


EdgeIds = Callable[[EdgeEnds], str]
"""Makes the external id of an edge that has none; the same ends must give the same id, or each upsert makes further edges."""


def edge_id_of_ends(ends: EdgeEnds) -> str:
    """`start:end:digest`: to be read by people, and never the same for two edges, because the digest is of all that they are.

    Args:
        ends: The edge.
    """
    parts = (ends.type, ends.start, ends.end)
    whole = "\0".join(part for id_ in parts for part in (id_.space, id_.external_id))
    digest = hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()[:_DIGEST]
    room = (_LONGEST - _DIGEST - 2) // 2
    return f"{ends.start.external_id[:room]}:{ends.end.external_id[:room]}:{digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteDefaults:
    """What a client gives to write objects that do not say it.

    Attributes:
        space: The space of nodes; edges stand in the space of their start node.
        node_id: Makes external ids of nodes; None: they must be given.
        edge_id: Makes external ids of edges.
    """

    space: str = ""
    node_id: NodeIds | None = None
    edge_id: EdgeIds = edge_id_of_ends


def random_ids() -> NodeIds:
    """A new random id each time: upserting the same object again makes another node."""
    return lambda _: uuid.uuid4().hex


def counted_ids(start: int = 1) -> NodeIds:
    """`Pump-1`, `Pump-2` and so on, counted for each view by the function that this gives; safe to use from several threads.

    Args:
        start: The first number.
    """
    counters: defaultdict[str, itertools.count[int]] = defaultdict(lambda: itertools.count(start))

    def make(node: PygenNodeWrite) -> str:
        name = _name(node)
        return f"{name}-{next(counters[name])}"

    return make


def content_ids() -> NodeIds:
    """A digest of the node's view and values: the same content gives the same id. What is nested without an id does not count."""

    def make(node: PygenNodeWrite) -> str:
        shape = shape_of(type(node))
        values = {one.source: _plain(getattr(node, one.name)) for one in shape.properties}
        content = {name: value for name, value in values.items() if value is not UNSET}
        whole = encode([str(shape.view), sorted(content.items())])
        return hashlib.sha256(whole).hexdigest()

    return make


def prefixed(prefix: str, ids: NodeIds, separator: str = ":") -> NodeIds:
    """Ids with something before them.

    Args:
        prefix: What stands before.
        ids: Makes the rest.
        separator: What stands between.
    """
    return lambda node: f"{prefix}{separator}{ids(node)}"


def shortened(ids: NodeIds, length: int = 7) -> NodeIds:
    """The beginning of ids; short ones meet sooner.

    Args:
        ids: Makes the whole.
        length: Characters to keep, 1 or more.

    Raises:
        UsageError: The length is less than 1.
    """
    if length < 1:
        raise UsageError(f"an id of {length} characters cannot be")
    return lambda node: ids(node)[:length]


def _name(node: PygenNodeWrite) -> str:
    view = shape_of(type(node)).view
    return view.external_id if view else type(node).__name__


def _plain(value: Any) -> Any:
    if isinstance(value, PygenNodeWrite):
        return _plain(value.as_id()) if value.external_id else UNSET
    if isinstance(value, (list, tuple)):
        return [one for one in map(_plain, value) if one is not UNSET]
    return msgspec.to_builtins(encoded(value), order="sorted") if value is not UNSET else UNSET
