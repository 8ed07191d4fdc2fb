from __future__ import annotations

import subprocess
import sys
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_codegen import ModelError
from pygen_codegen.ir import (
    IRBoolean,
    IRClass,
    IRDate,
    IRDirect,
    IRDirectRelation,
    IREdge,
    IREnumReference,
    IREnumValue,
    IRExternalReference,
    IRFloat,
    IRInteger,
    IRJson,
    IRList,
    IRMethod,
    IRModel,
    IRRelationship,
    IRReverse,
    IRText,
    IRTimestamp,
    IRType,
    parse_model,
)
from pygen_runtime.schema import ContainerId, DataModel, DataModelId, NodeId, ViewId
from pygen_runtime.schema.codec import convert
from pygen_runtime.schema.views import ViewProperty
from tests.codegen.api_models import (
    BLADE,
    TURBINE,
    container_ref,
    direct,
    edge,
    mapped,
    parse,
    reverse,
    view,
    view_ref,
)


def only_class(properties: dict[str, Any], *others: dict[str, Any]) -> IRClass:
    return parse(view(properties=properties), *others).classes[0]


def parsed_type(type_: dict[str, Any]) -> IRType:
    (property,) = only_class({"p": mapped(type_)}).properties
    return property.type


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ({"type": "text", "maxTextSize": 64, "collation": "ucs_basic"}, IRText(max_size=64)),
        ({"type": "text", "list": False, "maxTextSize": None}, IRText()),
        ({"type": "boolean"}, IRBoolean()),
        ({"type": "int32"}, IRInteger(bits=32)),
        ({"type": "int64"}, IRInteger(bits=64)),
        ({"type": "float32", "unit": None}, IRFloat(bits=32)),
        ({"type": "float64", "unit": {"externalId": "power:megaw"}}, IRFloat(bits=64, unit="power:megaw")),
        ({"type": "timestamp"}, IRTimestamp()),
        ({"type": "date"}, IRDate()),
        ({"type": "json"}, IRJson()),
        ({"type": "timeseries"}, IRExternalReference(kind="timeseries")),
        ({"type": "file"}, IRExternalReference(kind="file")),
        ({"type": "sequence"}, IRExternalReference(kind="sequence")),
        ({"type": "direct"}, IRDirectRelation()),
        (direct("Blade"), IRDirectRelation(target=BLADE)),
        (direct("Blade", many=True), IRList(item=IRDirectRelation(target=BLADE))),
        ({"type": "text", "list": True, "maxListSize": 200}, IRList(item=IRText(), max_size=200)),
        ({"type": "json", "list": True}, IRList(item=IRJson())),
        ({"type": "enum", "values": {"a": {}}}, IREnumReference(enum="power:Turbine.p")),
    ],
)
def test_every_property_type(type_: dict[str, Any], expected: IRType) -> None:
    assert parsed_type(type_) == expected


def test_null_means_absent() -> None:
    bare = only_class(
        {"p": {"container": container_ref(), "containerPropertyIdentifier": "c", "type": {"type": "text"}}}
    )
    keys = ("name", "description", "defaultValue", "nullable", "immutable", "autoIncrement", "source")
    full = only_class({"p": mapped({"type": "text"}, "c", **dict.fromkeys(keys))})
    assert bare == full
    (property,) = bare.properties
    assert (property.nullable, property.immutable, property.auto_increment, property.default) == (
        True,
        False,
        False,
        None,
    )


def test_a_property_keeps_what_the_model_says() -> None:
    more = {
        "nullable": False,
        "immutable": True,
        "autoIncrement": True,
        "defaultValue": 0,
        "name": "N",
        "description": "D",
    }
    (property,) = only_class({"class-1": mapped({"type": "int32"}, "c", **more)}).properties
    assert property.source == "class-1"
    assert (property.nullable, property.immutable, property.auto_increment, property.default) == (False, True, True, 0)
    assert (property.name, property.description) == ("N", "D")
    assert (property.container, property.container_property) == (ContainerId("power", "Turbine"), "c")


def test_a_direct_relation_is_ids_and_a_way_when_its_target_is_known() -> None:
    found = only_class(
        {"one": mapped(direct("Blade"), name="N"), "many": mapped(direct("Blade", many=True)), "ids": mapped(direct())}
    )
    assert [property.source for property in found.properties] == ["ids", "many", "one"], (
        "sorted, so that every source gives the same"
    )
    assert found.relationships == (
        IRRelationship(source="many", via=IRDirect(many=True), target=BLADE),
        IRRelationship(source="one", via=IRDirect(many=False), target=BLADE, name="N"),
    )


def test_the_target_may_stand_where_it_is_written() -> None:
    (relationship,) = only_class({"one": mapped({"type": "direct"}, source=view_ref("Blade"))}).relationships
    assert relationship.target == BLADE


@pytest.mark.parametrize("direction", [None, "outwards", "inwards"])
@pytest.mark.parametrize(
    ("kind", "many"), [(None, True), ("multi_edge_connection", True), ("single_edge_connection", False)]
)
@pytest.mark.parametrize("edge_view", [None, "Mounting"])
def test_edges(direction: str | None, kind: str | None, many: bool, edge_view: str | None) -> None:
    connection = edge(connectionType=kind, direction=direction, edgeSource=edge_view and view_ref(edge_view), name="N")
    (relationship,) = only_class({"blades": connection}).relationships
    assert relationship.target == BLADE
    assert relationship.name == "N"
    assert relationship.via == IREdge(
        type=NodeId("power", "Turbine.blades"),
        direction="inwards" if direction == "inwards" else "outwards",
        many=many,
        edge=ViewId("power", "Mounting", "1") if edge_view else None,
    )


@pytest.mark.parametrize(
    ("kind", "many"), [("multi_reverse_direct_relation", True), ("single_reverse_direct_relation", False)]
)
def test_reverse_relations(kind: str, many: bool) -> None:
    connection = reverse("Turbine", view_ref("Turbine"), "blades", targetsList=True, connectionType=kind)
    blades = mapped(direct("Turbine", many=True))
    _, relationship = only_class({"turbines": connection, "blades": blades}).relationships
    assert relationship.target == TURBINE
    assert relationship.via == IRReverse(through=TURBINE, property="blades", through_list=True, many=many)


def through_list(connection: dict[str, Any], *others: dict[str, Any]) -> bool:
    (relationship,) = parse(view("Blade", {"turbines": connection}), *others).classes[0].relationships
    assert isinstance(relationship.via, IRReverse)
    return relationship.via.through_list


@pytest.mark.parametrize("many", [False, True])
def test_lists_behind_reverse_relations_are_looked_up(many: bool) -> None:
    turbine = view("Turbine", {"blades": mapped(direct("Blade", many=many), "cBlades")})
    assert through_list(reverse("Turbine", view_ref("Turbine"), "blades"), turbine) is many
    assert through_list(reverse("Turbine", container_ref(), "cBlades"), turbine) is many
    assert through_list(reverse("Turbine", view_ref("ParentElsewhere"), "blades"), turbine) is many
    assert through_list(reverse("Turbine", view_ref("Turbine"), "blades", targetsList=not many), turbine) is not many
    assert through_list(reverse("Turbine", view_ref("Turbine"), "blades", targetsList=None), turbine) is many


def test_a_reverse_relation_through_something_unknown_is_no_list() -> None:
    others = [view("Turbine", {"blades": edge(), "name": mapped({"type": "text"}, "name")}), view("Empty")]
    assert not through_list(reverse("Turbine", view_ref("Gone"), "blades"))
    assert not through_list(reverse("Gone", view_ref("Gone"), "blades"), *others)
    assert not through_list(reverse("Turbine", container_ref("Gone"), "blades"), *others)


def test_views_that_map_one_container_property_share_its_enum() -> None:
    values = {"on": {"name": "On", "description": "Runs"}, "off": None}
    property = mapped({"type": "enum", "values": values, "unknownValue": "off"}, "status")
    model = parse(view("Turbine", {"state": property}), view("Blade", {"status": property}))
    (enum,) = model.enums.values()
    assert list(model.enums) == [enum.id] == ["power:Turbine.status"]
    assert enum.values == (IREnumValue(source="off"), IREnumValue(source="on", name="On", description="Runs"))
    assert enum.unknown_value == "off"
    assert {property.type for class_ in model.classes for property in class_.properties} == {
        IREnumReference(enum=enum.id)
    }


@pytest.mark.parametrize(("used_for", "expected"), [(None, "node"), ("node", "node"), ("edge", "edge"), ("all", "all")])
def test_what_views_are_used_for(used_for: str | None, expected: str) -> None:
    assert parse(view(usedFor=used_for)).classes[0].used_for == expected


def test_a_view_keeps_what_the_model_says() -> None:
    parents = [{"type": "view", "space": "cdf_cdm", "externalId": "CogniteDescribable", "version": "v1"}]
    model = parse(view("B", implements=parents, name="N", description="D", writable=False), view("A"), name="M")
    second, first = model.classes
    assert first == IRClass(
        id=ViewId("power", "B", "1"),
        used_for="node",
        implements=(ViewId("cdf_cdm", "CogniteDescribable", "v1"),),
        methods=(IRMethod(verb="retrieve", instances="node"),),
        writable=False,
        queryable=False,
        name="N",
        description="D",
    )
    assert (second.id, second.used_for, second.writable) == (ViewId("power", "A", "1"), "node", True)
    assert (model.id, model.name, model.description) == (DataModelId("power", "Wind", "1"), "M", None)


def test_a_view_listed_twice_is_one_class() -> None:
    assert len(parse(view(), view()).classes) == 1


@pytest.mark.parametrize(
    ("properties", "message"),
    [
        ({"p": mapped({"type": "decimal"})}, "'p' of the view power:Turbine/1 is of the type 'decimal'.* update pygen"),
        ({"p": mapped(None)}, "'p' of the view power:Turbine/1 has no type; .* write form"),
        ({"p": mapped({"type": "enum", "values": {}})}, "'p' of the view power:Turbine/1 is an enum without values"),
        ({"p": edge(connectionType="ternary")}, "'p' .*'ternary'.* update pygen"),
        ({"p": reverse("T", view_ref("T"), "x", connectionType="list_reverse")}, "'p' .*'list_reverse'"),
        (
            {
                "p": mapped({"type": "enum", "values": {"a": None}}),
                "q": mapped({"type": "enum", "values": {"b": None}}),
            },
            "'q' .* power:Turbine.p has other values",
        ),
    ],
)
def test_what_cannot_be_parsed_says_where_and_what_to_do(properties: dict[str, Any], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        only_class(properties)


def test_a_model_needs_views() -> None:
    with pytest.raises(ModelError, match="power:Wind/1 has no views"):
        parse()


def test_references_to_views_are_not_views() -> None:
    with pytest.raises(ModelError, match="references to its views only; retrieve it with its views inlined"):
        parse(view_ref("Turbine"), view_ref("Blade"))
    assert [each.id for each in parse(view_ref("Turbine"), view("Blade")).classes] == [BLADE]


def test_a_view_must_not_contradict_itself() -> None:
    with pytest.raises(ModelError, match=r"power:Turbine/1. comes twice"):
        parse(view(), view(description="Another"))


def test_views_of_records_are_refused() -> None:
    with pytest.raises(ModelError, match="power:Turbine/1 is used for 'record'"):
        parse(view(usedFor="record"))


def test_a_kind_of_property_from_the_future_is_refused() -> None:
    model = convert({"space": "power", "externalId": "Wind", "version": "1", "views": [view(properties={})]}, DataModel)
    assert model.views
    model.views[0].properties = {"p": ViewProperty()}
    with pytest.raises(ModelError, match="'p' of the view power:Turbine/1 is a connection of the kind 'ViewProperty'"):
        parse_model(model)


EVIL = ["", "a b", 'x"""; import os', "../x", "a\n", "é", "a" * 300, "x_\0", "${y}", "{{ space }}"]


@pytest.mark.parametrize("evil", EVIL)
@pytest.mark.parametrize(
    "make",
    [
        lambda evil: parse(view(), space=evil),
        lambda evil: parse(view(), externalId=evil),
        lambda evil: parse(view(), version=evil),
        lambda evil: parse(view(evil)),
        lambda evil: parse(view(space=evil)),
        lambda evil: parse(view(version=evil)),
        lambda evil: parse(view(implements=[view_ref(evil)])),
        lambda evil: only_class({evil: mapped({"type": "text"})}),
        lambda evil: only_class({"p": mapped({"type": "text"}, evil)}),
        lambda evil: only_class({"p": mapped({"type": "text"}, container=container_ref(evil))}),
        lambda evil: only_class({"p": mapped({"type": "enum", "values": {evil: None}})}),
        lambda evil: only_class({"p": mapped(direct(evil or " "))}),
        lambda evil: only_class({"p": edge(source=view_ref(evil))}),
        lambda evil: only_class({"p": edge(edgeSource=view_ref(evil))}),
        lambda evil: only_class({"p": edge(type={"space": evil, "externalId": "e"})}),
        lambda evil: only_class({"p": reverse(evil, view_ref("T"), "x")}),
        lambda evil: only_class({"p": reverse("T", view_ref(evil), "x")}),
        lambda evil: only_class({"p": reverse("T", container_ref(evil), "x")}),
        lambda evil: only_class({"p": reverse("T", view_ref("T"), evil)}),
    ],
)
def test_hostile_identifiers_stop_at_the_door(make: Any, evil: str) -> None:
    with pytest.raises(ModelError, match="is not a legal") as caught:
        make(evil)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("external_id", "legal"), [("any thing; at/all\n", True), ("", False), ("\0", False), ("x" * 257, False)]
)
def test_edge_types_may_be_any_node(external_id: str, legal: bool) -> None:
    connection = edge(type={"space": "power", "externalId": external_id})
    if legal:
        assert only_class({"p": connection}).relationships
    else:
        with pytest.raises(ModelError):
            only_class({"p": connection})


oddities = st.sampled_from([None, True, 0, "", "x", [], [None], {}, {"type": "x"}, {"type": "direct", "source": 1}])


@given(
    st.dictionaries(
        st.sampled_from(["p", "q", "class", "1x"]),
        st.fixed_dictionaries(
            {},
            optional={
                "container": st.just(container_ref()) | oddities,
                "containerPropertyIdentifier": st.just("p") | oddities,
                "type": st.sampled_from([direct("Blade"), {"type": "enum", "values": {"a": None}}]) | oddities,
                "source": st.just(view_ref("Blade")) | oddities,
                "through": st.just({"source": view_ref("Blade"), "identifier": "p"}) | oddities,
                "connectionType": st.sampled_from(["multi_reverse_direct_relation", "single_edge_connection"])
                | oddities,
            },
        ),
        max_size=3,
    )
)
def test_malformed_models_fail_with_a_typed_error(properties: dict[str, Any]) -> None:
    try:
        model = parse(view(properties=properties))
    except (ModelError, msgspec.ValidationError):
        return
    assert msgspec.json.decode(msgspec.json.encode(model), type=IRModel) == model


def test_importing_the_generator_loads_no_network_and_no_emitter() -> None:
    code = (
        "import sys, pygen_codegen, pygen_codegen.naming, pygen_codegen.output;"
        "print(sorted({'httpx', 'typer', 'libcst', 'yaml', 'starlette', 'pygen'} & set(sys.modules)))"
    )
    child = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert child.stdout.strip() == "[]"
