from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pygen.errors import SourceError
from pygen.sources.deployment import PLACEHOLDER, deployment
from pygen.sources.files import load_file
from pygen_runtime.schema import (
    ContainerId,
    ContainerProperty,
    ContainerWrite,
    EdgeConnection,
    EnumValue,
    MappedProperty,
    PropertyType,
    ReverseConnection,
    ViewId,
)
from tests.sources.models import CONTAINER, VIEW_ID, decoded, mapped, view


def containers(*views: dict[str, Any]) -> dict[str, ContainerWrite]:
    return {container.external_id: container for container in deployment(decoded(*views)).containers}


def in_container(external_id: str, *arguments: Any, **more: Any) -> dict[str, Any]:
    return mapped(*arguments, container={**CONTAINER, "externalId": external_id}, **more)


def test_containers_are_the_union_of_what_views_show() -> None:
    result = containers(
        view(properties={"title": mapped(), "size": mapped("float64", name="size", nullable=False)}),
        view("Other", properties={"name": mapped(), "mast": in_container("Mast", "int32", name="height")}),
    )
    assert list(result["Turbine"].properties) == ["name", "size"]
    assert result["Turbine"].properties["size"].nullable is False
    assert list(result["Mast"].properties) == ["height"]


@pytest.mark.parametrize("default", [False, 0, "", 0.0, "x", [], {"a": None}])
def test_definitions_are_carried_faithfully(default: object) -> None:
    type_ = {
        "type": "enum",
        "values": {"a": {"name": "A"}, "b": None},
        "unknownValue": "a",
    }
    definition = mapped(type_, immutable=True, autoIncrement=True, defaultValue=default)
    carried = containers(view(properties={"x": definition}))["Turbine"].properties["name"]
    assert carried == ContainerProperty(
        type=PropertyType(type="enum", values={"a": EnumValue(name="A"), "b": None}, unknown_value="a"),
        nullable=True,
        immutable=True,
        auto_increment=True,
        default_value=default,
    )
    assert type(carried.default_value) is type(default)


def test_a_name_given_by_every_view_is_the_containers() -> None:
    result = containers(
        view(properties={"name": mapped() | {"name": "Name", "description": "What it is called"}}),
        view("Other", properties={"name": mapped() | {"name": "Other name", "description": None}}),
    )
    assert result["Turbine"].properties["name"].name == "Name"
    assert result["Turbine"].properties["name"].description is None


def test_a_view_that_shows_no_name_means_the_container_has_none() -> None:
    views = (view(properties={"a": mapped()}), view("B", properties={"b": mapped() | {"name": "B"}}))
    for order in (views, views[::-1]):
        assert containers(*order)["Turbine"].properties["name"].name is None


@pytest.mark.parametrize(
    "other",
    [mapped("int64"), mapped(nullable=False), mapped(defaultValue="x"), mapped({"type": "text", "list": True})],
)
def test_views_that_contradict_each_other(other: dict[str, Any]) -> None:
    with pytest.raises(
        SourceError, match=r"power:B/1, property b and view power:Turbine/1, property name show the same"
    ):
        deployment(decoded(view(), view("B", properties={"b": other})))


def test_a_list_that_is_absent_is_no_contradiction() -> None:
    assert len(deployment(decoded(view(), view("B", properties={"b": mapped({"type": "text"})}))).views) == 2


def test_the_target_of_a_direct_relation_goes_back_to_where_it_is_written() -> None:
    target = {"type": "view", "space": "power", "externalId": "Mast", "version": "2"}
    relation = mapped({"type": "direct", "list": True, "maxListSize": 7, "source": target})
    parts = deployment(decoded(view(properties={"masts": relation})))
    assert parts.containers[0].properties["name"].type == PropertyType(type="direct", list=True, max_list_size=7)
    written = (parts.views[0].properties or {})["masts"]
    assert written == MappedProperty(
        container=ContainerId("power", "Turbine"),
        container_property_identifier="name",
        source=ViewId("power", "Mast", "2"),
    )


def test_connections_are_written_as_they_were_read() -> None:
    edge = {
        "connectionType": "single_edge_connection",
        "type": {"space": "power", "externalId": "t"},
        "source": VIEW_ID,
        "edgeSource": VIEW_ID,
        "direction": "inwards",
        "name": "E",
    }
    reverse = {
        "connectionType": "multi_reverse_direct_relation",
        "source": VIEW_ID,
        "through": {"source": CONTAINER, "identifier": "mast"},
        "targetsList": True,
    }
    properties = deployment(decoded(view(properties={"e": edge, "r": reverse}))).views[0].properties or {}
    written_edge, written_reverse = properties["e"], properties["r"]
    assert isinstance(written_edge, EdgeConnection)
    assert (written_edge.direction, written_edge.name) == ("inwards", "E")
    assert isinstance(written_reverse, ReverseConnection)
    assert written_reverse.targets_list is None
    assert written_reverse.through.source == ContainerId("power", "Turbine")


@pytest.mark.parametrize(
    ("uses", "expected"),
    [
        ({"node"}, "node"),
        ({"edge"}, "edge"),
        ({"all"}, "all"),
        ({"node", "edge"}, "all"),
        ({"node", "all"}, "all"),
        ({None}, "node"),
    ],
)
def test_containers_serve_what_their_views_serve(uses: set[str | None], expected: str) -> None:
    views = [view(f"V{number}", usedFor=use) for number, use in enumerate(sorted(uses, key=str))]
    assert containers(*views)["Turbine"].used_for == expected


def test_parents_come_first_and_parents_outside_the_model_are_left_out() -> None:
    def child(name: str, *parents: str) -> dict[str, Any]:
        return view(name, implements=[{**VIEW_ID, "externalId": parent} for parent in parents])

    parts = deployment(decoded(child("C", "B", "Elsewhere"), child("A"), child("B", "A", "A"), child("D")))
    assert [each.external_id for each in parts.views] == ["A", "B", "C", "D"]
    assert [each.implements for each in parts.views][2] == [ViewId("power", "B", "1")]
    assert parts.views[0].implements is None
    assert [each.external_id for each in parts.data_model.views or ()] == ["C", "A", "B", "D"]


def test_a_cycle_of_parents_ends() -> None:
    def child(name: str, parent: str) -> dict[str, Any]:
        return view(name, implements=[{**VIEW_ID, "externalId": parent}])

    parts = deployment(decoded(child("A", "B"), child("B", "C"), child("C", "A"), child("D", "D")))
    assert sorted(each.external_id for each in parts.views) == ["A", "B", "C", "D"]


def test_spaces_of_everything() -> None:
    other = mapped(container={"type": "container", "space": "assets", "externalId": "Thing"})
    parts = deployment(decoded(view(space="views", properties={"a": other})))
    assert [space.space for space in parts.spaces] == ["assets", "power", "views"]


def filtered(condition: dict[str, Any]) -> dict[str, Any]:
    return view(filter=condition)


def test_a_property_that_only_a_filter_uses_is_inferred() -> None:
    condition = {"equals": {"property": ["power", "Kind", "name"], "value": "big"}}
    parts = deployment(decoded(filtered(condition)))
    kind = parts.containers[1]
    assert (kind.external_id, kind.properties) == ("Kind", {"name": ContainerProperty(type=PropertyType(type="text"))})
    assert parts.inferred == {(ContainerId("power", "Kind"), "name")}
    assert parts.views[0].filter == condition


def test_a_property_that_a_later_view_shows_is_not_inferred() -> None:
    condition = {"exists": {"property": ["power", "Turbine", "size"]}}
    parts = deployment(decoded(filtered(condition), view("B", properties={"size": mapped("float32", name="size")})))
    assert parts.inferred == frozenset()


def test_a_filter_that_does_not_tell_the_type_is_refused() -> None:
    with pytest.raises(
        SourceError, match="filter of view power:Turbine/1 uses property size of container power:Turbine"
    ):
        deployment(decoded(filtered({"exists": {"property": ["power", "Turbine", "size"]}})))


@pytest.mark.parametrize("how", ["relation", "filter"])
def test_a_container_of_which_nothing_is_shown_gets_a_placeholder(how: str) -> None:
    mast = {"type": "container", "space": "power", "externalId": "Mast"}
    turbine = (
        view(properties={"mast": mapped({"type": "direct", "container": mast})})
        if how == "relation"
        else filtered({"hasData": [mast]})
    )
    parts = deployment(decoded(turbine))
    assert [each.external_id for each in parts.containers] == ["Turbine", "Mast"]
    assert list(parts.containers[1].properties) == [PLACEHOLDER]
    assert parts.inferred == {(ContainerId("power", "Mast"), PLACEHOLDER)}


def test_write_form_is_refused() -> None:
    definition = mapped()
    del definition["type"]
    with pytest.raises(SourceError, match="write form"):
        deployment(decoded(view(properties={"name": definition})))


@pytest.mark.models
def test_every_public_model_can_be_deployed(models_dir: Path) -> None:
    for path in sorted(models_dir.glob("*/api_read*/model.yaml")):
        parts = deployment(load_file(path))
        assert parts.views
        assert all(container.properties for container in parts.containers)
