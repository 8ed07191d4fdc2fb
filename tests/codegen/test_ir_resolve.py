"""Write form to read form, and which views become classes: from models, from beside them, from containers alone."""

from __future__ import annotations

from typing import Any

import pytest

from pygen_codegen.errors import ModelError
from pygen_codegen.ir import (
    IRDirect,
    IRDirectRelation,
    IRInteger,
    IRList,
    IRModel,
    IRReverse,
    analyse,
    analyse_containers,
    resolve,
)
from pygen_runtime.schema import ContainerWrite, DataModel, DataModelId, MappedProperty, NodeId, View, ViewId, ViewWrite
from pygen_runtime.schema.codec import convert
from tests.codegen.api_models import (
    BLADE,
    TURBINE,
    container_ref,
    data_model,
    direct,
    edge,
    mapped,
    reverse,
    view,
    view_ref,
)

TEXT: dict[str, Any] = {"type": "text"}


def container(external_id: str, used_for: str | None = None, **properties: dict[str, Any]) -> ContainerWrite:
    body = {"space": "power", "externalId": external_id, "usedFor": used_for, "properties": properties}
    return convert(body, ContainerWrite)


def written(external_id: str, properties: dict[str, Any] | None = None, *parents: str, **more: Any) -> ViewWrite:
    body = {"space": "power", "externalId": external_id, "version": "1", "properties": properties}
    return convert({**body, "implements": [view_ref(parent) for parent in parents] or None, **more}, ViewWrite)


def maps(property: str, external_id: str = "Turbine", **more: Any) -> dict[str, Any]:
    return {"container": container_ref(external_id), "containerPropertyIdentifier": property, **more}


def references(*external_ids: str) -> DataModel:
    return data_model(*map(view_ref, external_ids))


CONTAINERS = [
    container(
        "Turbine",
        name={"type": TEXT, "nullable": False, "name": "Name", "description": "What it is called"},
        capacity={"type": {"type": "int32"}, "immutable": True, "autoIncrement": True},
        state={"type": {"type": "enum", "values": {"on": None}}, "defaultValue": "on", "nullable": False},
        blades={"type": {"type": "direct", "list": True, "maxListSize": 3}},
    ),
    container("Blade", length={"type": {"type": "float64"}}),
    container("Mounting", "edge", angle={"type": {"type": "float32"}}),
]
WRITTEN = [
    written("Named", {"name": maps("name", name="Called")}),
    written(
        "Turbine",
        {
            "capacity": maps("capacity"),
            "state": maps("state"),
            "blades": maps("blades", source=view_ref("Blade")),
            "mounted": edge(edgeSource=view_ref("Mounting")),
        },
        "Named",
        filter={"equals": {"property": ["node", "type"], "value": {"space": "types", "externalId": "turbine"}}},
    ),
    written(
        "Blade", {"length": maps("length", "Blade"), "turbines": reverse("Turbine", view_ref("Turbine"), "blades")}
    ),
    written("Mounting", {"angle": maps("angle", "Mounting")}),
]
NAMED = mapped(TEXT, "name", nullable=False, name="Called", description="What it is called")
READ = [
    view("Named", {"name": NAMED}, usedFor="node", writable=False, queryable=True),
    view(
        "Turbine",
        {
            "name": NAMED,
            "capacity": mapped({"type": "int32"}, "capacity", immutable=True, autoIncrement=True),
            "state": mapped({"type": "enum", "values": {"on": None}}, "state", defaultValue="on", nullable=False),
            "blades": mapped({**direct("Blade", many=True), "maxListSize": 3}, "blades", nullable=True),
            "mounted": edge(edgeSource=view_ref("Mounting"), connectionType="multi_edge_connection", direction="outwards"),
        },
        implements=[view_ref("Named")],
        filter=WRITTEN[1].filter,
        usedFor="node",
        writable=True,
        queryable=True,
    ),
    view(
        "Blade",
        {
            "length": {**mapped({"type": "float64"}, "length"), "container": container_ref("Blade")},
            "turbines": reverse("Turbine", view_ref("Turbine"), "blades", targetsList=True),
        },
        usedFor="node",
        writable=True,
        queryable=True,
    ),
    view(
        "Mounting",
        {"angle": {**mapped({"type": "float32"}, "angle"), "container": container_ref("Mounting")}},
        usedFor="edge",
        writable=True,
        queryable=True,
    ),
]  # fmt: skip


def from_written() -> IRModel:
    analysis = analyse([references("Named", "Turbine", "Blade", "Mounting")], views=WRITTEN, containers=CONTAINERS)
    assert {finding.severity for finding in analysis.findings} <= {"info"}
    return analysis.model


def test_both_forms_give_the_same() -> None:
    assert from_written() == analyse([data_model(*READ)]).model


def test_views_in_write_form_may_stand_in_the_model() -> None:
    inlined = [View(**{name: getattr(each, name) for name in ViewWrite.__struct_fields__}) for each in WRITTEN]
    model = DataModel(space="power", external_id="Wind", version="1", views=inlined)
    assert analyse([model], containers=CONTAINERS).model == from_written()


def test_what_was_read_without_inherited_properties_gets_them() -> None:
    own = [{**each, "properties": {k: v for k, v in each["properties"].items() if k != "name"}} for each in READ[1:]]
    assert analyse([data_model(READ[0], *own)]).model == from_written()


def test_everything_that_the_containers_say_reaches_the_class() -> None:
    blade, mounting, named, turbine = from_written().classes
    assert (named.writable, turbine.writable, mounting.used_for) == (False, True, "edge")
    assert turbine.node_type == NodeId("types", "turbine")
    properties = {each.source: each for each in turbine.properties}
    assert properties["name"].description == "What it is called"
    assert properties["name"].required
    assert (properties["capacity"].type, properties["capacity"].auto_increment) == (IRInteger(bits=32), True)
    assert not properties["state"].required  # it has a default
    assert properties["blades"].type == IRList(item=IRDirectRelation(target=BLADE), max_size=3)
    assert [each.via for each in blade.relationships] == [
        IRReverse(through=TURBINE, property="blades", through_list=True, many=True)
    ]


def test_own_properties_come_before_inherited_ones_and_the_first_parent_before_the_second() -> None:
    views = [
        written("Child", {"a": maps("own")}, "One", "Two"),
        written("One", {"a": maps("x"), "b": maps("one")}),
        written("Two", {"b": maps("two"), "c": maps("two")}, "Root"),
        written("Root", {"c": maps("root"), "d": maps("root")}),
    ]
    properties = {name: {"type": TEXT} for name in ("own", "x", "one", "two", "root")}
    (child, *_), findings = (
        (result := resolve(views, [container("Turbine", None, **properties)])).views,
        result.findings,
    )
    assert findings == ()
    assert {name: each.container_property_identifier for name, each in (child.properties or {}).items() if isinstance(each, MappedProperty)} == {
        "a": "own", "b": "one", "c": "two", "d": "root"
    }  # fmt: skip


@pytest.mark.parametrize("parents", [("A",), ("B",), ("B", "C")])
def test_inheritance_in_circles_ends(parents: tuple[str, ...]) -> None:
    views = [written("A", {"a": maps("p")}, *parents), written("B", {"b": maps("p")}, "A"), written("C", {}, "B", "C")]
    analysis = analyse([references("A", "B", "C")], views=views, containers=[container("Turbine", p={"type": TEXT})])
    assert "inheritance-cycle" in {finding.code for finding in analysis.findings}
    assert len(analysis.model.classes) == 3
    assert not any(each.id in each.implements for each in analysis.model.classes)


def test_what_a_view_is_used_for_comes_from_its_containers() -> None:
    def used_for(*uses: str | None) -> str | None:
        containers = [container(f"C{i}", use, p={"type": TEXT}) for i, use in enumerate(uses)]
        (found,) = resolve([written("V", {f"p{i}": maps("p", f"C{i}") for i in range(len(uses))})], containers).views
        return found.used_for

    assert used_for() == "all"
    assert used_for(None) == used_for("node", "all") == "node"
    assert used_for("edge", "node") == used_for("edge") == "edge"
    assert used_for("all") == "all"
    assert used_for("record", "edge") == "record"


def test_containers_alone_make_a_model() -> None:
    target = {"type": "direct", "container": container_ref("Blade")}
    containers = [container("Turbine", blade={"type": target}, name={"type": TEXT}), *CONTAINERS[1:]]
    analysis = analyse_containers(containers, DataModelId("power", "Boxes", "v1"))
    _, mounting, turbine = analysis.model.classes
    assert analysis.model.id == DataModelId("power", "Boxes", "v1")
    assert [each.id.external_id for each in analysis.model.classes] == ["Blade", "Mounting", "Turbine"]
    assert [each.source for each in turbine.properties] == ["blade", "name"]
    (way,) = turbine.relationships
    assert (way.via, way.target) == (IRDirect(many=False), ViewId("power", "Blade", "v1"))
    assert mounting.used_for == "edge"
    assert {each.code for each in analysis.findings} == {"assumed-view"}
    with pytest.raises(ModelError, match="no containers"):
        analyse_containers([], DataModelId("power", "Boxes", "v1"))


def test_several_models_share_their_views() -> None:
    one = data_model(view("A", {"p": mapped(TEXT)}), view("B", {"p": mapped(TEXT)}))
    two = data_model(view("B", {"p": mapped(TEXT)}), view("C", {"p": mapped(TEXT)}), externalId="Other", name="Two")
    model = analyse([one, two]).model
    assert [each.id.external_id for each in model.classes] == ["A", "B", "C"]
    assert model.id == one.as_id()
    assert [[id.external_id for id in each.views] for each in model.data_models] == [["A", "B"], ["B", "C"]]
    assert [(each.id, each.name) for each in model.data_models] == [(one.as_id(), None), (two.as_id(), "Two")]


def test_two_versions_of_a_view_stand_side_by_side() -> None:
    model = analyse(
        [data_model(view("A", {"p": mapped(TEXT)}), view("A", {"p": mapped({"type": "date"})}, version="2"))]
    ).model
    assert [str(each.id) for each in model.classes] == ["power:A/1", "power:A/2"]


def test_views_beside_the_models_are_taken_along_where_relations_lead_there() -> None:
    beside = [
        convert(each, View)
        for each in (
            view("Blade", {"root": mapped(direct("Root"), "root")}),
            view("Link", {"p": mapped(TEXT)}, usedFor="edge"),
            view("Root", {"p": mapped(TEXT)}),
            view("Unrelated", {"p": mapped(TEXT)}),
        )
    ]
    analysis = analyse([data_model(view(properties={"blades": edge(edgeSource=view_ref("Link"))}))], views=beside)
    assert [each.id.external_id for each in analysis.model.classes] == ["Blade", "Link", "Turbine"]
    assert [each.views for each in analysis.model.data_models] == [(TURBINE,)]
    assert [each.code for each in analysis.findings if each.severity != "info"] == ["not-queryable"]
    assert ("list", "edge") in [(each.verb, each.instances) for each in analysis.model.classes[1].methods]


def test_a_default_has_to_be_a_value_of_its_type() -> None:
    def default(type_: dict[str, Any], value: Any) -> Any:
        analysis = analyse([data_model(view(properties={"p": mapped(type_, defaultValue=value)}))])
        assert (value is None or analysis.model.classes[0].properties[0].default is None) == bool(analysis.findings)
        return analysis.model.classes[0].properties[0].default

    values: list[tuple[dict[str, Any], list[Any], list[Any]]] = [
        (TEXT, ["", "x"], [1, [], True]),
        ({"type": "timestamp"}, ["2020-01-01T00:00:00"], [0]),
        ({"type": "boolean"}, [True, False], [0, "true"]),
        ({"type": "int32"}, [0, 2**31 - 1, -(2**31)], [2**31, 1.5, True, "1"]),
        ({"type": "int64"}, [2**63 - 1], [2**63]),
        ({"type": "float64"}, [0, 1.5], [True, "1.5", float("nan"), float("inf")]),
        ({"type": "json"}, [{"a": [1]}, [], 0], [float("nan"), object()]),
        ({"type": "enum", "values": {"a": None}}, ["a"], ["b", 1, []]),
        ({"type": "direct"}, [{"space": "s", "externalId": "x"}], ["x", {"space": "s"}, {"space": 1, "externalId": 2}]),
        ({"type": "text", "list": True}, [], [["x"], "x"]),
    ]  # fmt: skip
    for type_, good, bad in values:
        assert [default(type_, value) for value in good] == good
        assert [default(type_, value) for value in bad] == [None] * len(bad)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, None),
        ({}, None),
        ({"equals": {"property": ["node", "type"], "value": {"space": "s", "externalId": "x"}}}, NodeId("s", "x")),
        ({"and": [{"hasData": []}, {"equals": {"property": ["node", "type"], "value": {"space": "s", "externalId": "x"}}}]}, NodeId("s", "x")),
        ({"not": {"equals": {"property": ["node", "type"], "value": {"space": "s", "externalId": "x"}}}}, None),
        ({"equals": {"property": ["node", "space"], "value": "s"}}, None),
        ({"equals": {"property": ["node", "type"], "value": {"parameter": "x"}}}, None),
        ({"equals": {"property": ["node", "type"], "value": {"space": "../s", "externalId": "x"}}}, None),
        ({"and": "nonsense", "or": [None, 1]}, None),
    ],
)  # fmt: skip
def test_the_type_of_nodes_is_read_from_the_filter(condition: Any, expected: NodeId | None) -> None:
    assert (
        analyse([data_model(view(properties={"p": mapped(TEXT)}, filter=condition))]).model.classes[0].node_type
        == expected
    )


def test_nothing_to_read_is_an_error() -> None:
    with pytest.raises(ModelError, match="no data model"):
        analyse([])
    with pytest.raises(ModelError, match="is used for 'record'"):
        analyse([data_model(view(usedFor="record"))])


def test_two_forms_of_one_view_are_no_conflict() -> None:
    """As in a folder with what was sent and what was answered; the first counts, and one form cannot be compared with another."""
    answered = convert(view("Blade", {"length": mapped({"type": "float64"}, "length")}), View)
    sent = convert({**view_ref("Blade"), "properties": {"length": maps("length", "Blade")}}, View)
    for views in ([answered, sent], [sent, answered]):
        resolved = resolve(views, CONTAINERS)
        assert (len(resolved.views), resolved.findings) == (1, ())
    other = convert({**view_ref("Blade"), "properties": {"size": maps("length", "Blade")}}, View)
    assert [each.code for each in resolve([sent, other], CONTAINERS).findings] == ["view-conflict"]
