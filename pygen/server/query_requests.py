"""Bodies of query and sync (contract §6.6, §6.7), read strictly: a key that is not known is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final, Literal, NamedTuple, TypeVar

import msgspec

from pygen.server.calls import convert
from pygen.server.errors import RefusedError, violation
from pygen.server.instance_requests import Kind, SortKey, SourceReference

T = TypeVar("T", bound=msgspec.Struct)

MAX_SETS: Final = 50
_MAX_SOURCES: Final = 10
_OPERATIONS: Final = ("union", "unionAll", "intersection")

Direction = Literal["outwards", "inwards"]
ChainTo = Literal["destination", "source"]


class Through(msgspec.Struct, rename="camel"):
    """A direct relation to follow; `view` is the old name of `source`."""

    identifier: str
    source: Any = None
    view: Any = None


class Nodes(msgspec.Struct, rename="camel"):
    """The `nodes` of an expression."""

    from_: str | None = msgspec.field(default=None, name="from")
    chain_to: ChainTo = "destination"
    through: Through | None = None
    direction: Direction = "inwards"
    filter: Any = None


class Edges(msgspec.Struct, rename="camel"):
    """The `edges` of an expression."""

    from_: str | None = msgspec.field(default=None, name="from")
    chain_to: ChainTo = "destination"
    direction: Direction = "outwards"
    max_distance: int | None = None
    filter: Any = None
    node_filter: Any = None
    termination_filter: Any = None
    limit_each: int | None = None


class Expression(msgspec.Struct, rename="camel"):
    """A result set of nodes or of edges."""

    nodes: Any = None
    edges: Any = None
    sort: list[SortKey] | None = None
    post_sort: list[SortKey] | None = None
    limit: int | None = None


class _Operation(msgspec.Struct, rename="camel"):
    union: list[Any] | None = None
    union_all: list[Any] | None = None
    intersection: list[Any] | None = None
    except_: list[str] | None = msgspec.field(default=None, name="except")
    limit: int | None = None


class Find(NamedTuple):
    """A result set that is looked for, from the start or from another set."""

    of: Nodes | Edges
    sort: list[SortKey]
    post_sort: list[SortKey]
    limit: int | None

    @property
    def kind(self) -> Kind:
        """What it holds."""
        return "node" if isinstance(self.of, Nodes) else "edge"


class Combine(NamedTuple):
    """A result set that is put together from others."""

    operation: str
    members: list[str | Combine]
    besides: list[str]
    limit: int | None

    def names(self) -> Iterator[str]:
        """The sets it is put together from, or leaves out."""
        for member in self.members:
            if isinstance(member, str):
                yield member
            else:
                yield from member.names()
        yield from self.besides


class Selector(msgspec.Struct, rename="camel"):
    """A view of a `select`, and the properties wanted of it."""

    source: SourceReference
    properties: list[str]
    target_units: list[Any] | None = None


class Select(msgspec.Struct, rename="camel"):
    """What to show of a result set."""

    sources: list[Any] | None = None
    sort: list[SortKey] | None = None
    limit: int | None = None


class Selection(NamedTuple):
    """What to show of a result set, read."""

    sources: list[Selector]
    sort: list[SortKey]
    limit: int | None


def strict(value: Any, type_: type[T], where: str) -> T:
    """An object as a struct, its nulls taken as absent; `where` names it in refusals.

    Raises:
        RefusedError: It is not an object, has a key that is not known, or does not fit.
    """
    if not isinstance(value, dict):
        raise RefusedError(f"'{where[:300]}' must be an object.")
    given = {key: part for key, part in value.items() if part is not None}
    known = {field.encode_name for field in msgspec.structs.fields(type_)}
    for key in given:
        if key not in known:
            raise RefusedError(f"Unexpected field - {where[:300]}.{key[:100]}")
    return convert(given, type_, what=f"'{where[:300]}'")


def named(value: Any, where: str, *, at_least: int = 1) -> dict[str, Any]:
    """An object of at most 50 parts by name of result set."""
    if not isinstance(value, dict):
        raise RefusedError(f"'{where}' must be an object with the names of result sets.")
    if not at_least <= len(value) <= MAX_SETS:
        raise violation(f"{where} size must be between {at_least} and {MAX_SETS}")
    return value


def read_find(value: Expression, where: str) -> Find:
    """A set of nodes or edges from its expression."""
    if (value.nodes is None) == (value.edges is None):
        raise RefusedError(f"'{where}' must have exactly one of nodes, edges, {', '.join(_OPERATIONS)}.")
    of = strict(value.nodes, Nodes, "nodes") if value.edges is None else strict(value.edges, Edges, "edges")
    if isinstance(of, Nodes) and value.post_sort is not None:
        raise RefusedError(f"Unexpected field - {where}.postSort")
    return Find(of, value.sort or [], value.post_sort or [], value.limit)


def read_set(value: Any, where: str) -> Find | Combine:
    """One entry of `with`."""
    if isinstance(value, dict) and any(value.get(key) is not None for key in _OPERATIONS):
        return _read_operation(value, where)
    return read_find(strict(value, Expression, where), where)


def _read_operation(value: Any, where: str) -> Combine:
    operation = strict(value, _Operation, where)
    given = {"union": operation.union, "unionAll": operation.union_all, "intersection": operation.intersection}
    found = {key: members for key, members in given.items() if members is not None}
    if len(found) != 1:
        raise RefusedError(f"'{where}' must have exactly one of {', '.join(_OPERATIONS)}.")
    ((key, members),) = found.items()
    if not 1 <= len(members) <= MAX_SETS:
        raise violation(f"{where}.{key} size must be between 1 and {MAX_SETS}")
    read = [one if isinstance(one, str) else _read_operation(one, f"{where}.{key}") for one in members]
    return Combine(key, read, operation.except_ or [], operation.limit)


def read_select(value: Any, where: str) -> Selection:
    """One entry of `select`."""
    select = strict(value, Select, where)
    sources = select.sources or []
    if len(sources) > _MAX_SOURCES:
        raise violation(f"sources size must be between 0 and {_MAX_SOURCES}")
    for one in sources:
        if isinstance(one, dict) and one.get("properties") is None:
            raise violation(f"{where}.sources.properties must not be null")
    return Selection([strict(one, Selector, f"{where}.sources") for one in sources], select.sort or [], select.limit)


def check_sets(sets: Mapping[str, Find | Combine], *used: Collection[str]) -> dict[str, Kind]:
    """What each set holds, once it is known that all references lead to sets and none in a circle.

    Args:
        sets: The sets by name.
        used: Names that the rest of the request uses.

    Raises:
        RefusedError: A name is not known, sets refer to each other in a circle, or one mixes nodes and edges.
    """
    for name in {name for names in used for name in names}:
        _known(sets, name)
    kinds: dict[str, Kind] = {}
    for name in sets:
        _kind(sets, name, kinds, [])
    return kinds


def _known(sets: Mapping[str, Find | Combine], name: str) -> Find | Combine:
    if name not in sets:
        raise RefusedError(f"Unknown result set '{name[:300]}': 'with' has no such name.")
    return sets[name]


def _kind(sets: Mapping[str, Find | Combine], name: str, kinds: dict[str, Kind], path: list[str]) -> Kind:
    if name in path:
        circle = " from ".join(f"'{one[:100]}'" for one in [*path[path.index(name) :], name])
        raise RefusedError(f"Result sets must not refer to each other in a circle: {circle}.")
    if name in kinds:
        return kinds[name]
    found = _known(sets, name)
    path = [*path, name]
    if isinstance(found, Find):
        if found.of.from_ is not None:
            _kind(sets, found.of.from_, kinds, path)
        kinds[name] = found.kind
        return found.kind
    members: list[Kind] = [_kind(sets, one, kinds, path) for one in found.names()]
    if any(one != members[0] for one in members):
        raise RefusedError(f"The result set '{name[:300]}' must not mix nodes and edges.")
    kinds[name] = members[0]
    return members[0]
