"""Nodes and edges from CSV: a row an instance, a column a property of a view, which says of what type the cells are.

The columns `externalId`, `space`, `type`, `startNode` and `endNode` are the instance's own; with the last two, rows are edges.
Rows of a connection need nothing but these two: the connection gives the type, and the external id is made of the ends.
Empty cells are left unset. Lists and JSON values are written as JSON; a reference is an external id in the instance's own space,
or the JSON object `{"space": …, "externalId": …}`.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from pygen.testing.instance_files import SeedError
from pygen_runtime.schema import (
    EdgeWrite,
    InstanceWrite,
    MappedProperty,
    NodeId,
    NodeWrite,
    PropertyType,
    SourceWrite,
    View,
)

_OWN: Final = ("externalId", "space", "type", "startNode", "endNode")
_TEXT: Final = PropertyType(type="text")
_BOOLEANS: Final = {"true": True, "false": False, "1": True, "0": False}


class Table(NamedTuple):
    """A CSV file and how to read it.

    Attributes:
        path: The file.
        space: Space of the instances in rows that name none.
        columns: Names for its columns, where the file has others: a property, one of the instance's own, or None to leave it out.
    """

    path: Path
    space: str | None = None
    columns: Mapping[str, str | None] = {}


class Rows(NamedTuple):
    """What the rows of a CSV file are.

    Attributes:
        view: The view whose properties the columns are; None for edges without properties.
        connection: Name of the connection that the rows are edges of.
        edge_type: Type of these edges.
    """

    view: View | None
    connection: str = ""
    edge_type: NodeId | None = None

    @property
    def properties(self) -> Mapping[str, MappedProperty]:
        """What can be written."""
        properties = (self.view.properties if self.view else None) or {}
        return {name: one for name, one in properties.items() if isinstance(one, MappedProperty)}


def read_table(table: Table, rows: Rows) -> Iterator[InstanceWrite]:
    """The instances of a CSV file.

    Args:
        table: The file.
        rows: What its rows are.

    Raises:
        SeedError: The file cannot be read, a column is unknown, or a cell is not of its type; the message says on which line.
    """
    path = table.path
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [table.columns.get(name.strip(), name.strip()) for name in next(reader, [])]
            _check_header(header, rows, f"{path}:1")
            for cells in reader:
                if cells:
                    place = f"{path}:{reader.line_num}"
                    yield _instance(_cells(header, cells, place), table.space, rows, place)
    except UnicodeDecodeError as error:
        raise SeedError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except (OSError, ValueError, csv.Error) as error:
        raise SeedError(f"{path} cannot be read: {error}") from error


def _check_header(header: Sequence[str | None], rows: Rows, place: str) -> None:
    names = [name for name in header if name is not None]
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise SeedError(f"{place}: the column {repeated[0]} stands there twice")
    for needed in ("startNode", "endNode") if rows.edge_type else ("externalId",):
        if needed not in names:
            raise SeedError(f"{place}: there is no column {needed}")
    known = rows.properties
    for name in names:
        if name not in known and name not in _OWN:
            view = rows.view.as_id() if rows.view else "an edge without properties"
            raise SeedError(
                f"{place}: {view} has no property {name} to write; it has {', '.join(sorted(known)) or 'none'}"
            )


def _cells(header: Sequence[str | None], cells: Sequence[str], place: str) -> dict[str, str]:
    if len(cells) > len(header):
        raise SeedError(f"{place}: there are {len(cells)} cells in {len(header)} columns")
    return {name: cell for name, cell in zip_longest(header, cells, fillvalue="") if name and cell != ""}


def _instance(cells: Mapping[str, str], default_space: str | None, rows: Rows, place: str) -> InstanceWrite:
    space = cells.get("space") or default_space
    if not space:
        raise SeedError(f"{place}: nothing says in which space the instance is; add a column space, or give one")
    values = {
        name: _value(cells[name], mapped.type or _TEXT, space, f"{place}, column {name}")
        for name, mapped in rows.properties.items()
        if name in cells and name not in _OWN
    }
    sources = [SourceWrite(source=rows.view.as_id(), properties=values)] if rows.view and values else None
    own = {name: _reference(cells[name], space, f"{place}, column {name}") for name in _OWN[2:] if name in cells}
    if rows.edge_type or "startNode" in own or "endNode" in own:
        return _edge(cells, space, rows=rows, own=own, sources=sources, place=place)
    return NodeWrite(space=space, external_id=_external_id(cells, place), type=own.get("type"), sources=sources)


def _edge(
    cells: Mapping[str, str],
    space: str,
    *,
    rows: Rows,
    own: Mapping[str, NodeId],
    sources: list[SourceWrite] | None,
    place: str,
) -> EdgeWrite:
    type_, start, end = own.get("type") or rows.edge_type, own.get("startNode"), own.get("endNode")
    if type_ is None or start is None or end is None:
        raise SeedError(f"{place}: an edge needs type, startNode and endNode")
    if rows.edge_type:
        made = f"{start.external_id}.{rows.connection}.{end.external_id}"
        cells = {"externalId": made if len(made) <= 255 else hashlib.sha256(made.encode()).hexdigest(), **cells}
    return EdgeWrite(
        space=space,
        external_id=_external_id(cells, place),
        type=type_,
        start_node=start,
        end_node=end,
        sources=sources,
    )


def _external_id(cells: Mapping[str, str], place: str) -> str:
    if "externalId" not in cells:
        raise SeedError(f"{place}: the externalId is empty")
    return cells["externalId"]


def _value(cell: str, type_: PropertyType, space: str, place: str) -> Any:
    if type_.list:
        values = _json(cell, place)
        if not isinstance(values, list):
            raise SeedError(f"{place}: a list is written as JSON, such as [1, 2], not {cell[:80]!r}")
        return [_id(value, space, place) for value in values] if type_.type == "direct" else values
    if type_.type == "direct":
        reference = _reference(cell, space, place)
        return {"space": reference.space, "externalId": reference.external_id}
    read = _READERS.get(type_.type)
    if read is None:
        return _json(cell, place) if type_.type == "json" else cell
    try:
        return read(cell.strip())
    except (ValueError, KeyError) as error:
        raise SeedError(f"{place}: {cell[:80]!r} is no {type_.type}") from error


_READERS: Final[Mapping[str, Callable[[str], Any]]] = {
    "int32": int,
    "int64": int,
    "float32": float,
    "float64": float,
    "boolean": lambda cell: _BOOLEANS[cell.lower()],
}


def _reference(cell: str, space: str, place: str) -> NodeId:
    found = _id(_json(cell, place), space, place) if cell.lstrip().startswith("{") else _id(cell, space, place)
    return NodeId(found["space"], found["externalId"])


def _id(value: Any, space: str, place: str) -> dict[str, str]:
    match value:
        case str():
            return {"space": space, "externalId": value}
        case {"space": str(), "externalId": str(), **rest} if not rest:
            return dict(value)
        case _:
            raise SeedError(f'{place}: a reference is an external id, or {{"space": …, "externalId": …}}')


def _json(cell: str, place: str) -> Any:
    try:
        return msgspec.json.decode(cell)
    except (msgspec.DecodeError, RecursionError) as error:
        raise SeedError(f"{place}: {cell[:80]!r} is not JSON") from error
