"""The wind farm holds every kind of thing that a data model can hold."""

from __future__ import annotations

import keyword
import re

from pygen.demo.model import WEIGHTS, wind_farm
from pygen_runtime.schema import EdgeConnection, MappedProperty, PropertyType, ReverseConnection
from tests.demo.reading import read_form

LISTED = {
    "text", "boolean", "float32", "float64", "int32", "int64", "timestamp", "date", "json", "timeseries", "file",
    "sequence", "direct",
}  # fmt: skip


def types() -> list[PropertyType]:
    return [it.type for container in wind_farm().containers for it in container.properties.values()]


def test_every_type_of_the_contract_single_and_as_a_list() -> None:
    assert {one.type for one in types() if not one.list} == LISTED | {"enum"}
    assert {one.type for one in types() if one.list} == LISTED
    assert {one.type for one in types() if one.unit} == {"float32", "float64"}
    assert any(one.unknown_value for one in types())


def test_required_immutable_unique_and_default_values() -> None:
    properties = [it for container in wind_farm().containers for it in container.properties.values()]
    assert {it.nullable for it in properties} == {True, False}
    assert {type(it.default_value) for it in properties} >= {str, int, bool, type(None)}
    assert any(it.immutable for it in properties)
    assert any(container.constraints for container in wind_farm().containers)


def test_every_kind_of_connection() -> None:
    model = wind_farm()
    lists = {view.as_id(): view.properties or {} for view in read_form(model).views or []}
    edges = [it for view in model.views for it in (view.properties or {}).values() if isinstance(it, EdgeConnection)]
    reverse = [
        it for view in model.views for it in (view.properties or {}).values() if isinstance(it, ReverseConnection)
    ]
    assert {it.connection_type for it in edges} == {"single_edge_connection", "multi_edge_connection"}
    assert {it.direction for it in edges} == {"outwards", "inwards"}
    assert {it.edge_source is None for it in edges} == {True, False}
    assert len({it.connection_type for it in reverse}) == 2
    through = [lists[it.through.source][it.through.identifier] for it in reverse]  # type: ignore[index]  # views only
    assert {bool(it.type.list) for it in through if isinstance(it, MappedProperty) and it.type} == {True, False}


def test_inheritance_self_reference_and_keywords() -> None:
    views = {view.external_id: view for view in wind_farm().views}
    assert len(views) >= 12
    assert max(len(view.implements or []) for view in views.values()) >= 2
    assert any(
        isinstance(it, MappedProperty) and it.source == view.as_id()
        for view in views.values()
        for it in (view.properties or {}).values()
    )
    assert {"class", "from"} <= {
        key for view in views.values() for key in view.properties or {} if keyword.iskeyword(key)
    }
    assert keyword.iskeyword("Import".lower())
    assert "Import" in views


def test_names_are_ones_that_the_api_takes() -> None:
    for container in wind_farm().containers:
        assert re.fullmatch(r"[a-zA-Z]([a-zA-Z0-9_]{0,253}[a-zA-Z0-9])?", container.external_id)
        for key in [*container.properties, *(container.indexes or {}), *(container.constraints or {})]:
            assert re.fullmatch(r"[a-zA-Z]([a-zA-Z0-9_]{0,41}[a-zA-Z0-9])?", key)


def test_weights_name_views_and_edges_that_exist() -> None:
    model = wind_farm()
    edges = [it for view in model.views for it in (view.properties or {}).values() if isinstance(it, EdgeConnection)]
    assert WEIGHTS.keys() <= {view.external_id for view in model.views} | {it.type.external_id for it in edges}
