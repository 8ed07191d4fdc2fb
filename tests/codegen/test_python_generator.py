from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Callable, Mapping
from functools import cache
from types import ModuleType

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_codegen.emitting.documents import about
from pygen_codegen.errors import CodegenError
from pygen_codegen.generator import BaseGenerator
from pygen_codegen.ir import IRDirect, IREnum, IREnumReference, IREnumValue, IRModel, IRRelationship
from pygen_codegen.python import PythonConfig, PythonGenerator, generator
from pygen_codegen.python.names import Names, settle
from pygen_codegen.python.reserved import CLIENT, CONDITIONS, IMPORTED, MARKERS, MODULES, RESOURCE
from pygen_runtime import sdk
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId, ViewId
from tests.codegen import api_models
from tests.codegen.python_models import COLLISIONS, CONTAINER, EVERYTHING, model, prop, view, view_id
from tests.codegen.python_tools import generate

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]
PATHS = ["__init__.py", "api.py", "client.py", "data_classes.py", "fields.py", "filters.py"]


def test_a_package_has_its_modules_and_is_typed() -> None:
    files = generate(EVERYTHING)
    assert sorted(files) == ["AGENTS.md", *PATHS, "py.typed"]
    assert files["py.typed"] == ""
    assert isinstance(PythonGenerator(PythonConfig(package="a.b")), BaseGenerator)


@pytest.mark.parametrize("package", ["", "a-b", "class", "a..b", ".a", "1a", "a/b", "../a", "a b", "naïve"])
def test_a_package_that_cannot_be_imported_is_refused(package: str) -> None:
    with pytest.raises(UsageError, match="package name"):
        PythonConfig(package=package)


def test_the_name_of_the_client_can_be_chosen() -> None:
    for chosen in ("WindClient", "AsyncWindClient"):
        made = PythonGenerator(PythonConfig(package="sdk", client_name=chosen)).generate(EVERYTHING)["client.py"]
        assert "class AsyncWindClient(AsyncModelClient):" in made
        assert "class WindClient(ModelClient):" in made
    with pytest.raises(UsageError, match="client name"):
        PythonConfig(package="sdk", client_name="Wind Client")
    taken = PythonGenerator(PythonConfig(package="sdk", client_name="Thing")).generate(COLLISIONS)
    assert "class Thing(ModelClient):" in taken["client.py"]
    assert "class Thing_(PygenNode, kw_only=True):" in taken["data_classes.py"]


def test_what_does_not_compile_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generator, "filters", lambda *_: "class class:")
    with pytest.raises(CodegenError, match=r"filters\.py.*report"):
        generate(EVERYTHING)


def test_a_model_without_views_gives_a_package_that_imports(import_sdk: ImportSdk) -> None:
    package = import_sdk("nothing_in_it", generate(model("Nothing"), "nothing_in_it"))
    assert package.__all__ == ["AsyncNothingClient", "NothingClient"]
    assert package.AsyncNothingClient.MODELS[0].external_id == "Nothing"


def test_values_reach_the_fields_of_their_properties(import_sdk: ImportSdk) -> None:
    package = import_sdk("of_everything", generate(EVERYTHING, "of_everything"))
    link, other = package.Link, package.Other
    read = msgspec.json.decode(b'{"distance": 1.5, "witness": {"space": "s", "externalId": "x"}}', type=link)
    assert read.distance == 1.5
    assert read.witness_id == NodeId("s", "x")
    assert read.witness.id == NodeId("s", "x")
    assert msgspec.json.decode(b'{"state": "unheard of"}', type=other).state == "unheard of"
    assert package.BoxState.STOPPED == "stopped"
    with pytest.raises(msgspec.ValidationError, match="state"):
        msgspec.json.decode(b"{}", type=other)
    names = {field.encode_name for field in msgspec.structs.fields(package.Everything)}
    assert {each.source for each in EVERYTHING.classes[0].properties} <= names


def test_relations_lead_where_the_model_says(import_sdk: ImportSdk) -> None:
    package = import_sdk("of_relations", generate(EVERYTHING, "of_relations"))
    relations = sdk.relations(package.Everything)
    assert list(relations) == ["other", "others", "itself", "link", "links", "shared_link", "strange_links"]
    assert relations["others"].target is package.Other
    assert relations["others"].via == sdk.Direct("others_ids")
    assert relations["link"].via == sdk.Edges(NodeId("golden", "Everything.link"), "outwards")
    assert sdk.relations(package.Other)["an_everything"].via == sdk.Reverse(
        view_id("Everything"), "others", through_list=True
    )
    assert sdk.relations(package.Other)["through_container"].via == sdk.Reverse(CONTAINER, "itself")
    assert list(sdk.relations(package.Link)) == ["witness", "start", "end"]
    assert issubclass(package.SharedEdge, sdk.PygenEdge)


def test_every_property_of_colliding_names_keeps_a_field_and_conditions_of_its_own(import_sdk: ImportSdk) -> None:
    package = import_sdk("colliding", generate(COLLISIONS, "colliding"))
    filters = importlib.import_module("colliding.filters")
    api = importlib.import_module("colliding.api")
    names = settle(COLLISIONS)
    for cls in names.classes:
        data_class = getattr(package, cls.name)
        encoded = {field.encode_name: field.name for field in msgspec.structs.fields(data_class)}
        assert {source: encoded[source] for source in cls.fields} == cls.fields
        assert len(set(cls.fields.values()) | set(cls.relations.values())) == len(cls.fields) + len(cls.relations)
        conditions = getattr(filters, cls.conditions)
        own = conditions.__required_keys__ | conditions.__optional_keys__
        assert set(cls.keywords.values()) <= own
        assert len(set(cls.keywords.values())) == len(cls.keywords)
        assert getattr(api, cls.api).resource is data_class
    assert len({cls.name for cls in names.classes}) == len(COLLISIONS.classes)
    assert len({cls.client for cls in names.classes}) == len(COLLISIONS.classes)


def test_views_of_one_name_are_told_apart_by_version_and_space() -> None:
    names = [cls.name for cls in settle(COLLISIONS).classes]
    assert names[-6:] == [
        "Versioned",
        "Versioned_v2_beta",
        "Spaced",
        "Spaced_other_space",
        "Both_one",
        "Both",
    ]


@pytest.mark.parametrize(("version", "name"), [("v2", "Pump_v2"), ("2", "Pump_v2"), ("version2", "Pump_version2")])
def test_a_version_that_says_v_itself_is_not_given_another(version: str, name: str) -> None:
    model = api_models.parse(api_models.view("Pump", version="1"), api_models.view("Pump", version=version))
    assert [cls.name for cls in settle(model).classes] == ["Pump", name]


def test_an_enum_is_named_by_its_container() -> None:
    names = settle(EVERYTHING)
    assert [each.name for each in names.enums.values()] == ["BoxState"]
    assert names.enums["state"].members == {
        "running": "RUNNING_",
        "stopped": "STOPPED",
        "Running": "RUNNING",
        "class": "CLASS",
    }


def test_the_client_keeps_its_name_whatever_views_are_called() -> None:
    names = settle(model("Omni", view("AsyncOmniClient"), view("OmniClient")))
    assert names.client == "AsyncOmniClient"
    assert [cls.name for cls in names.classes] == ["AsyncOmniClient_", "OmniClient_"]
    assert [finding.code for finding in names.findings] == ["name-conflict", "name-conflict"]


@pytest.mark.parametrize("order", [("thing", "Thing"), ("Thing", "thing")])
def test_who_is_spelled_like_its_class_gets_the_name_whatever_the_order(order: tuple[str, ...]) -> None:
    names = settle(model("M", *map(view, order)))
    assert {cls.view.id.external_id: cls.name for cls in names.classes} == {"Thing": "Thing", "thing": "Thing_thing"}


def test_one_more_view_renames_nobody_but_who_has_its_very_own_name() -> None:
    """Whatever the newcomer is called: the same but for its version or case, what another fell back on, a helper's name."""
    olds = [
        view("thing"),
        view("Pump"),
        view("Pump", version="2"),
        view("some_view"),
        view("Spaced", space="z"),
        view("A"),
    ]
    before = {cls.view.id: (cls.name, cls.client) for cls in settle(model("M", *olds)).classes}
    helpers = {name for cls in settle(model("M", *olds)).classes for name in (cls.api, cls.conditions, "AsyncMClient")}
    for name in ["Thing", "Pump_v2", "Pumpv2", "pump", "pUmp", "thing_", "AAPI", "Thing_2", "Some", *sorted(helpers)]:
        for newcomer in (view(name.rstrip("_"), version="9"), view(name.rstrip("_"), version="9", space="other")):
            after = {cls.view.id: (cls.name, cls.client) for cls in settle(model("M", newcomer, *olds)).classes}
            taken = {
                id for id in before if before[id][0] == newcomer.id.external_id and id.external_id != before[id][0]
            }
            assert {id: after[id] for id in before if id not in taken} == {
                id: names for id, names in before.items() if id not in taken
            }


def test_one_more_property_takes_a_name_from_nobody_it_does_not_clash_with() -> None:
    sources = ["class", "someValue", "1st", "direction", "name", "Name"]
    before = settle(model("M", view("A", *map(prop, sources)))).classes[0].fields
    for more in ("another", "namePrefix", "class_x", "no_1", "values"):
        after = settle(model("M", view("A", prop(more), *map(prop, sources)))).classes[0].fields
        assert {source: after[source] for source in sources} == before


def _public(*classes: type) -> set[str]:
    return {name for cls in classes for name in dir(cls) if not name.startswith("_")}


def test_the_reserved_names_hold_all_that_the_runtime_has() -> None:
    assert _public(sdk.PygenNode, sdk.PygenEdge) <= RESOURCE
    assert _public(sdk.AsyncModelClient) <= CLIENT
    assert {*sdk.NodeConditions.__optional_keys__, *sdk.EdgeConditions.__optional_keys__} <= CONDITIONS


@pytest.mark.parametrize("golden", [EVERYTHING, COLLISIONS], ids=lambda each: each.id.external_id)
def test_everything_imported_is_reserved_or_a_generated_class(golden: IRModel) -> None:
    names = settle(golden)
    ours = {names.client, names.sync_client, *(each.name for each in names.enums.values())}
    ours |= {
        name
        for cls in names.classes
        for name in (cls.name, cls.sync, cls.conditions, cls.fields_class, cls.api, cls.sync_api)
    }
    ours |= {*names.writes.values()}
    for text in (text for path, text in generate(golden).items() if path.endswith(".py")):
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom | ast.Import):
                assert {alias.name for alias in node.names} <= IMPORTED | MODULES | ours
    assert MARKERS <= IMPORTED
    assert not ours & (IMPORTED | MODULES)


@pytest.mark.parametrize(
    ("name", "description", "expected"),
    [
        (None, None, None),
        (None, " Told. ", "Told."),
        ("Rated capacity", None, None),
        ("Power", None, "Power"),
        ("Power", "In MW", "Power: In MW"),
        ("In MW.", "In MW", "In MW"),
    ],
)
def test_display_names_are_told_when_they_say_more(
    name: str | None, description: str | None, expected: str | None
) -> None:
    assert about("ratedCapacity", name, description) == expected


ANYTHING = st.text(st.one_of(st.sampled_from("\"'\\\n#(){}[];:=\u202e\x00"), st.characters(codec="utf-8")), max_size=12)


def _model(words: list[str]) -> IRModel:
    """A model whose every text is from the list."""
    space, name, shown, told, version = words[:5]
    target = ViewId(space, name, version)
    thing = view(
        name,
        prop(words[5], name=shown, description=told),
        prop(words[6], IREnumReference(enum="e"), description=told),
        version=version,
        space=space,
        name=shown,
        description=told,
        relationships=(IRRelationship(source=words[5], via=IRDirect(many=False), target=target, description=told),),
    )
    values = tuple(IREnumValue(source=word, name=shown, description=told) for word in words[7:9])
    enum = IREnum(id="e", container=CONTAINER, property="p", values=values)
    return model(words[9], thing, enums={"e": enum}, name=shown, description=told)


def _statements(text: str) -> list[str]:
    """The kinds of all statements but imports, which follow use, and docstrings, because empty ones are not written."""
    return [
        type(node).__name__
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.stmt)
        and not isinstance(node, ast.ImportFrom)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
    ]


def _identifiers(text: str) -> set[str]:
    tree = ast.parse(text)
    found = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    found |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    return found | {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}


def _made_by_the_allocator(names: Names) -> set[str]:
    made = {names.client, names.sync_client, *names.writes.values()}
    for cls in names.classes:
        made |= {cls.name, cls.sync, cls.conditions, cls.fields_class, cls.api, cls.sync_api, cls.client}
        made |= {*cls.fields.values(), *cls.relations.values(), *cls.keywords.values()}
    for enum in names.enums.values():
        made |= {enum.name, *enum.members.values()}
    return made


HARMLESS = _model(["space", "Thing", "shown", "told", "1", "someText", "someEnum", "one", "two", "Model"])


@given(st.lists(ANYTHING, min_size=10, max_size=10, unique=True))
def test_no_text_of_a_model_becomes_code(words: list[str]) -> None:
    hostile = _model(words)
    made, plain = _made_by_the_allocator(settle(hostile)), _made_by_the_allocator(settle(HARMLESS))
    assert all(re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", name) for name in made)
    theirs = generate(hostile)
    for path, (statements, identifiers) in _harmless().items():
        assert _statements(theirs[path]) == statements
        assert _identifiers(theirs[path]) - made <= identifiers - plain
        assert all(line.isprintable() for line in theirs[path].split("\n"))


@cache
def _harmless() -> dict[str, tuple[list[str], set[str]]]:
    """Of the harmless model: module → kinds of statements, and identifiers."""
    files = generate(HARMLESS)
    return {path: (_statements(files[path]), _identifiers(files[path])) for path in PATHS}
