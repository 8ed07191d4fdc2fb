from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygen.errors import SourceError
from pygen.sources import SchemaSource, graphql_types, load_path
from pygen.sources.definitions import Definitions
from pygen.sources.graphql_model import read_graphql
from pygen_codegen.ir import analyse
from pygen_runtime.schema import (
    ContainerId,
    DataModelId,
    EdgeConnection,
    EnumValue,
    MappedProperty,
    NodeId,
    PropertyType,
    ReverseConnection,
    Through,
    UnitReference,
    ViewId,
    ViewProperty,
)

ID = DataModelId("plant", "Plant", "v1")


def read(text: str) -> Definitions:
    return read_graphql(dedent(text), ID)


def types(definitions: Definitions, container: str) -> dict[str, PropertyType]:
    found = {each.external_id: each.properties for each in definitions.containers}
    return {name: definition.type for name, definition in found[container].items()}


def properties(definitions: Definitions, view: str) -> dict[str, ViewProperty]:
    (model,) = definitions.data_models
    found = {each.external_id: each.properties for each in model.views or ()}
    return found[view] or {}


def pump(field: str) -> ViewProperty:
    """What a field of the type `Pump` becomes in its view."""
    return properties(
        read(f"type Pump {{ x: String\n {field} }} type Tank {{ x: String }} type Pipe @edge {{ d: Float }}"), "Pump"
    )["f"]


def view(name: str) -> ViewId:
    return ViewId("plant", name, "v1")


@pytest.mark.parametrize(
    ("name", "type_"),
    [
        ("String", "text"),
        ("Int", "int32"),
        ("Int32", "int32"),
        ("Int64", "int64"),
        ("Float", "float64"),
        ("Float32", "float32"),
        ("Float64", "float64"),
        ("Boolean", "boolean"),
        ("Timestamp", "timestamp"),
        ("Date", "date"),
        ("JSONObject", "json"),
        ("TimeSeries", "timeseries"),
        ("File", "file"),
        ("Sequence", "sequence"),
    ],
)
def test_scalars(name: str, type_: str) -> None:
    found = types(read(f"type Pump {{ one: {name}  many: [{name}!]! }}"), "Pump")
    assert found == {"one": PropertyType(type=type_, list=False), "many": PropertyType(type=type_, list=True)}


def test_what_is_required() -> None:
    (container,) = read("type Pump { a: String! b: [String]! c: [String!] d: String }").containers
    assert [each.nullable for each in container.properties.values()] == [False, False, True, True]
    assert (container.used_for, container.as_id()) == ("node", ContainerId("plant", "Pump"))


def test_settings_of_fields() -> None:
    text = """
        type Pump {
          flow: Float @unit(externalId: "flow:m3", sourceUnit: "m3/h") @default(value: "1.5")
          tags: [String] @limits(maxListSize: 7, maxTextSize: 9)
          on: Boolean @default(value: "true")
          name: String @default(value: "5") @deprecated @readonly
          odd: Int @default(value: "five")
          five: Int @default(value: 5)
        }
    """
    (container,) = read(text).containers
    defaults = {name: each.default_value for name, each in container.properties.items()}
    assert defaults == {"flow": 1.5, "tags": None, "on": True, "name": "5", "odd": "five", "five": 5}
    assert container.properties["flow"].type.unit == UnitReference(external_id="flow:m3", source_unit="m3/h")
    tags = container.properties["tags"].type
    assert (tags.max_list_size, tags.max_text_size) == (7, 9)


def test_enums() -> None:
    text = '''
        type Pump { state: Pump_state @default(value: "on") }
        enum Pump_state { "Runs" on  """@name Off""" off }
    '''
    type_ = types(read(text), "Pump")["state"]
    assert type_ == PropertyType(
        type="enum", values={"on": EnumValue(description="Runs"), "off": EnumValue(name="Off")}
    )


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (
            "f: [Tank]",
            EdgeConnection(
                type=NodeId("plant", "Pump.f"),
                source=view("Tank"),
                connection_type="multi_edge_connection",
                direction="outwards",
            ),
        ),
        (
            'f: Tank @relation(type: {space: "s", externalId: "t"}, direction: INWARDS, edgeSource: "Pipe")',
            EdgeConnection(
                type=NodeId("s", "t"),
                source=view("Tank"),
                connection_type="single_edge_connection",
                direction="inwards",
                edge_source=view("Pipe"),
            ),
        ),
        (
            'f: [Tank] @relation(name: "old")',
            EdgeConnection(
                type=NodeId("plant", "old"),
                source=view("Tank"),
                connection_type="multi_edge_connection",
                direction="outwards",
            ),
        ),
        (
            'f: [Tank] @reverseDirectRelation(throughProperty: "pump")',
            ReverseConnection(
                connection_type="multi_reverse_direct_relation",
                source=view("Tank"),
                through=Through(source=view("Tank"), identifier="pump"),
            ),
        ),
        (
            '"The tank" f: Tank @reverseDirectRelation(throughProperty: "pump")',
            ReverseConnection(
                connection_type="single_reverse_direct_relation",
                source=view("Tank"),
                through=Through(source=view("Tank"), identifier="pump"),
                description="The tank",
            ),
        ),
        (
            "f: Tank",
            MappedProperty(
                container=ContainerId("plant", "Pump"), container_property_identifier="f", source=view("Tank")
            ),
        ),
        (
            "f: [Tank] @directRelation",
            MappedProperty(
                container=ContainerId("plant", "Pump"), container_property_identifier="f", source=view("Tank")
            ),
        ),
        (
            'f: String @mapping(container: "Tank", property: "x")',
            MappedProperty(container=ContainerId("plant", "Tank"), container_property_identifier="x"),
        ),
        (
            'f: String @mapping(space: "other", container: "C")',
            MappedProperty(
                container=ContainerId("other", "C"),
                container_property_identifier="f",
                type=PropertyType(type="text", list=False),
                nullable=True,
                immutable=False,
                auto_increment=False,
            ),
        ),
    ],
)
def test_fields_of_other_types(field: str, expected: ViewProperty) -> None:
    assert pump(field) == expected


def test_a_list_of_direct_relations_is_stored_as_one() -> None:
    definitions = read("type Pump { a: [Pump] @directRelation  b: Pump  c: [Pump] }")
    assert types(definitions, "Pump") == {
        "a": PropertyType(type="direct", list=True),
        "b": PropertyType(type="direct", list=False),
    }


def test_views_containers_and_the_data_model() -> None:
    text = '''
        """
        @name A pump
        @code PMP
        Moves water
        @description and oil
        """
        type Pump @view(space: "other", externalId: "PumpView", version: "7#", rawFilter: {equals: {property: ["a", "B", "c"], value: "x"}})
          @container(
            indexes: [{identifier: "byFlow", indexType: BTREE, fields: ["flow"], cursorable: true}]
            constraints: [{identifier: "once", constraintType: UNIQUENESS, fields: ["flow"]}]
          ) { flow: Float }
        type Pipe @edge { diameter: Float }
        type Asset @import @view(space: "cdf_cdm", version: "v1") { name: String }
        type Old @view(name: "Older") { x: Int }
        directive @view(space: String) on OBJECT
        scalar Timestamp
    '''
    definitions = read_graphql(dedent(text), ID, "Plant", "All of it")
    assert [each.space for each in definitions.spaces] == ["other", "plant"]
    pump, pipe, old = definitions.containers
    assert (pump.external_id, pump.name, pump.description) == ("Pump", "A pump", "Moves water\nand oil")
    assert pump.indexes is not None
    assert (pump.indexes["byFlow"].index_type, pump.indexes["byFlow"].cursorable) == ("btree", True)
    assert pump.constraints is not None
    assert (pump.constraints["once"].constraint_type, pump.constraints["once"].properties) == ("uniqueness", ["flow"])
    assert (pipe.used_for, old.external_id) == ("edge", "Old")
    (model,) = definitions.data_models
    assert (model.as_id(), model.name, model.description) == (ID, "Plant", "All of it")
    assert [each.as_id() for each in model.views or ()] == [
        ViewId("other", "PumpView", "7#"),
        view("Pipe"),
        ViewId("cdf_cdm", "Asset", "v1"),
        view("Older"),
    ]
    assert model.views is not None
    assert model.views[0].filter == {"equals": {"property": ["a", "B", "c"], "value": "x"}}
    assert model.views[2].properties is None


def test_inherited_fields_live_where_they_were_declared_first() -> None:
    text = """
        interface Named { name: String!  parts: [Part] }
        interface Thing implements Named { name: String! parts: [Part] size: Int }
        type Part implements Thing & Named { name: String!  parts: [Part]  size: Int! own: Int }
    """
    definitions = read(text)
    assert {each.external_id: list(each.properties) for each in definitions.containers} == {
        "Named": ["name"],
        "Thing": ["size"],
        "Part": ["own"],
    }
    part = properties(definitions, "Part")
    assert part.keys() == {"size", "own"}, "the others only repeat what is inherited"
    size = part["size"]
    assert isinstance(size, MappedProperty)
    assert size.container == ContainerId("plant", "Thing")
    parts = properties(definitions, "Named")["parts"]
    assert isinstance(parts, EdgeConnection)
    assert parts.type == NodeId("plant", "Named.parts")
    (model,) = definitions.data_models
    assert model.views is not None
    assert model.views[2].implements == [view("Thing"), view("Named")]


def test_interfaces_in_a_circle_come_to_an_end() -> None:
    text = "interface A implements B { a: Int b: Int } interface B implements A { a: Int b: Int }"
    definitions = read(text)
    assert analyse(definitions.data_models, containers=definitions.containers).findings


def test_types_without_values_have_no_container() -> None:
    definitions = read("type Pump { feeds: [Pump] } type Nothing")
    assert definitions.containers == []
    assert properties(definitions, "Pump").keys() == {"feeds"}


def test_it_makes_an_ir() -> None:
    text = 'type Pump { name: String! feeds: [Tank] } type Tank { pump: Pump pumps: [Pump] @reverseDirectRelation(throughProperty: "x") }'
    definitions = read(text)
    analysis = analyse(definitions.data_models, containers=definitions.containers)
    assert {each.code for each in analysis.findings if each.severity != "info"} == {"missing-reverse-property"}
    pump = next(each for each in analysis.model.classes if each.id == view("Pump"))
    assert [(each.source, each.required) for each in pump.properties] == [("name", True)]


def told(text: str) -> list[tuple[str, str | None, str]]:
    findings = read(text).findings
    assert {each.view for each in findings} <= {view("Pump"), None}
    return [(each.code, each.property, each.message) for each in findings]


@pytest.mark.parametrize(
    ("field", "becomes", "codes"),
    [
        ("site: Site", "ids instead of a relation", {"missing-target"}),
        ("site: Text!", "ids instead of a relation", {"missing-target"}),
        ("site: [Site]", "an SDK cannot follow it", {"missing-target"}),
        ("site: [Site] @directRelation", "ids instead of a relation", {"missing-target"}),
        (
            'site: [Site] @reverseDirectRelation(throughProperty: "pump")',
            "an SDK cannot follow it",
            {"missing-target", "unchecked-reverse"},
        ),
        (
            'site: [Pump] @relation(edgeSource: "Site")',
            "the edges come without their properties",
            {"missing-edge-view"},
        ),
    ],
)
def test_a_type_that_is_not_defined_is_told_and_the_rest_is_read(field: str, becomes: str, codes: set[str]) -> None:
    text = f"type Pump {{ name: String\n {field} }}"
    ((code, about, message),) = told(text)
    assert (code, about) == ("undefined-type", "site")
    assert re.fullmatch(r"line 2: the type (Site|Text), which Pump.site refers to, is not defined", message)
    definitions = read(text)
    analysis = analyse(definitions.data_models, containers=definitions.containers)
    problems = [each for each in analysis.findings if each.code != "relation-cycle"]
    assert {each.code for each in problems} == codes
    assert becomes in {each.done for each in problems}
    (pump,) = analysis.model.classes
    assert {each.source for each in pump.properties} | {each.source for each in pump.relationships} == {"name", "site"}


def test_an_interface_that_is_not_defined_is_told() -> None:
    text = "interface Named { name: String } type Pump implements Named & Gone { name: String }"
    assert told(text) == [("undefined-type", None, "line 1: the type Gone, which Pump implements, is not defined")]
    (model,) = read(text).data_models
    assert (model.views or [])[1].implements == [view("Named"), view("Gone")]


@pytest.mark.parametrize(
    ("text", "part", "about"),
    [
        ("type Pump @cache(seconds: 3) { f: Int }", "the directive @cache of Pump", None),
        ('type Pump @view(version: "v1", colour: 3) { f: Int }', "the argument colour of @view of Pump", None),
        ("type Pump @default(value: 3) { f: Int }", "the directive @default of Pump", None),
        ("type Pump { f: Int @deprecated }", "the directive @deprecated of Pump.f", "f"),
        ("type Pump { f: Int @default(value: 3, why: 1) }", "the argument why of @default of Pump.f", "f"),
        ("type Pump { f: Int @relation }", "the directive @relation of Pump.f", "f"),
        ("type Pump { f: [Pump] @default(value: 3) }", "the directive @default of Pump.f", "f"),
        ("type Pump { f: Pump @unit }", "the directive @unit of Pump.f", "f"),
        ("type Pump { f: E } enum E { a @old }", "the directive @old of the enum E", None),
        ("type Pump { f: E } enum E @old { a b }", "the directive @old of the enum E", None),
    ],
)
def test_directives_without_effect_are_told(text: str, part: str, about: str | None) -> None:
    assert told(text) == [("ignored-part", about, f"line 1: {part} is not known there")]
    assert properties(read(text), "Pump").keys() == {"f"}


def test_what_an_imported_type_says_is_its_own_business() -> None:
    assert told("type Pump { f: Tank } type Tank @import { x: Gone @cache }") == []


def test_a_directive_may_stand_twice() -> None:
    (model,) = read('type Pump @view(space: "other") @view(version: "v2") { f: Int }').data_models
    assert [each.as_id() for each in model.views or ()] == [ViewId("other", "Pump", "v2")]


def test_a_model_of_which_a_type_is_not_defined_is_not_whole(tmp_path: Path) -> None:
    path = tmp_path / "pumps.graphql"
    path.write_text("type Pump {\n site: Site }", encoding="utf-8")
    for use in (SchemaSource.read_form, SchemaSource.check):
        with pytest.raises(SourceError, match=r"pumps.graphql: line 2: the type Site, .* is not defined$"):
            use(load_path(path))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("type Pump {\n  name: }", "line 2: this is not GraphQL: "),
        (" \n", "it is empty"),
        ("# nothing", "this is not GraphQL"),
        ("scalar X", "it defines no types"),
        ("type A { a: Int }\ninput B { b: Int }", "line 2: input object type is not part of a data model"),
        ("type A { a: Int }\n\nextend type A { b: Int }", "line 3: object type extension is not"),
        ("type A { a: Int }\nunion B = A", "line 2: union type is not"),
        ("{ a }", "line 1: operation is not part"),
        ("type A { a: Int }\ntype A { b: Int }", "line 2: A is defined a second time"),
        ("enum A { b }\ntype A { b: Int }", "line 2: A is defined a second time"),
        ("type A {\n a: Int\n a: Int }", "line 3: A.a is defined a second time"),
        ("type A { a: [[Int]] }", "line 1: a is a list of lists"),
        ("type A { a(b: Int): Int }", "a has arguments"),
        ("type A { a: [E] } enum E { x }", "a is a list of enum values"),
        ("type A { a: [A] @reverseDirectRelation }", "@reverseDirectRelation needs throughProperty"),
        ("type A { a: [A] @relation(direction: UP) }", "the direction is INWARDS or OUTWARDS"),
        ("type A { a: [A] @relation(edgeSource: 7) }", "edgeSource is not text; put it in quotes"),
        ("type A @view(version: 1) { a: Int }", "version is not text; put it in quotes"),
        ("type A @view(rawFilter: 1) { a: Int }", "the rawFilter of A is no object"),
        ('type A { a: Int @limits(maxListSize: "x") }', "maxListSize is not a whole number"),
        ("type A @container(indexes: 7) { a: Int }", "the indexes of @container are no list"),
        ("type A @container(indexes: [{fields: []}]) { a: Int }", "without identifier"),
        ('type A @container(constraints: [{identifier: "i", fields: [1]}]) { a: Int }', "the fields of i are no list"),
    ],
)
def test_says_what_is_wrong_and_where(text: str, message: str) -> None:
    with pytest.raises(SourceError) as caught:
        read_graphql(text, ID)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "type A { a: " + "[" * 50_000 + "Int" + "]" * 50_000 + " }",
        "type A @view(rawFilter: " + "{a: " * 50_000 + "1" + "}" * 50_000 + ") { a: Int }",
        "type A @view(rawFilter: " + "[" * 50_000,
    ],
    ids=["types", "values", "open"],
)
def test_deep_text_is_refused(text: str) -> None:
    with pytest.raises(SourceError, match="too deep"):
        read_graphql(text, ID)


def test_long_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphql_types, "TOKENS_LIMIT", 5)
    with pytest.raises(SourceError, match="5 tokens"):
        read_graphql("type A { a: Int b: Int }", ID)


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet='typeAB {}[]!@&:()"\n#', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    message = ""
    try:
        read_graphql(text, ID)
    except SourceError as error:
        message = str(error)
    assert "\n" not in message


MODEL = "type Pump {\n  name: String\n}\n"


@pytest.mark.parametrize("name", ["pumps.graphql", "pumps.gql", "pumps.txt"])
def test_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(MODEL, encoding="utf-8")
    source = load_path(path)
    assert source.assumed == DataModelId("pumps", "pumps", "1")
    assert source.read_form().views
    assert load_path(path, id=ID).data_models[0].as_id() == ID


@pytest.mark.parametrize("named", ["types.graphql", None])
def test_toolkit_keeps_the_types_beside_the_model(tmp_path: Path, named: str | None) -> None:
    dml = f"dml: {named}\n" if named else ""
    (tmp_path / "pumps.GraphQLSchema.yaml").write_text(
        f"space: plant\nexternalId: Pumps\nversion: 1_0\nname: Pumps\n{dml}", encoding="utf-8"
    )
    (tmp_path / (named or "pumps.graphql")).write_text(MODEL, encoding="utf-8")
    for path in (tmp_path, tmp_path / "pumps.GraphQLSchema.yaml"):
        source = load_path(path)
        assert [str(each.as_id()) for each in source.data_models] == ["plant:Pumps/1_0"]
        assert source.assumed is None


@pytest.mark.parametrize("key", ["graphQlDml", "dml"])
def test_the_types_may_stand_in_the_answer(tmp_path: Path, key: str) -> None:
    (tmp_path / "model.json").write_text(
        f'{{"space": "plant", "externalId": "Pumps", "version": "1", "{key}": "type Pump {{ name: String }}"}}',
        encoding="utf-8",
    )
    assert load_path(tmp_path / "model.json").data_models[0].name is None


@pytest.mark.parametrize("named", ["../secret.graphql", "/etc/passwd", "..", "a/b.graphql", "missing.graphql"])
def test_types_are_not_looked_for_elsewhere(tmp_path: Path, named: str) -> None:
    folder = tmp_path / "inside"
    folder.mkdir()
    (tmp_path / "secret.graphql").write_text(MODEL, encoding="utf-8")
    path = folder / "x.GraphQLSchema.yaml"
    path.write_text(f"space: s\nexternalId: X\nversion: '1'\ndml: {named}\n", encoding="utf-8")
    with pytest.raises(SourceError, match="beside it"):
        load_path(path)
