from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from pygen.errors import SourceError
from pygen.sources import SchemaSource, load_path, loading, text_files
from pygen.sources.kinds import kind_of_file
from pygen_codegen.ir import analyse
from pygen_runtime.schema import DataModelId, MappedProperty, ReverseConnection, ViewId
from tests.sources.models import CONTAINER, VIEW_ID, data_model, mapped, view

SPACE: dict[str, Any] = {"space": "power", "name": "Power"}
STORED: dict[str, Any] = {
    **CONTAINER,
    "usedFor": "node",
    "properties": {"name": {"type": {"type": "text"}, "nullable": False}},
}
WRITTEN: dict[str, Any] = {
    "space": "power",
    "externalId": "Turbine",
    "version": "1",
    "properties": {"name": {"container": CONTAINER, "containerPropertyIdentifier": "name"}},
}
MODEL: dict[str, Any] = {"space": "power", "externalId": "Wind", "version": "1", "views": [VIEW_ID]}


def put(folder: Path, files: dict[str, Any]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        text = content if isinstance(content, str) else json.dumps(content)
        path.write_text(text, encoding="utf-8")
    return folder


def is_whole(source: SchemaSource) -> None:
    """The power model in write form, wherever its parts stood."""
    assert [str(each.as_id()) for each in source.data_models] == ["power:Wind/1"]
    model = source.read_form()
    assert [each.as_id() for each in model.views or ()] == [ViewId("power", "Turbine", "1")]
    assert model.views is not None
    name = (model.views[0].properties or {})["name"]
    assert isinstance(name, MappedProperty)
    assert name.type is not None
    assert (name.type.type, name.nullable) == ("text", False)


@pytest.mark.parametrize(
    "files",
    [
        {"spaces.yaml": [SPACE], "containers.yaml": [STORED], "views.yaml": [WRITTEN], "data_model.yaml": MODEL},
        {"power.Space.yaml": SPACE, "a.Container.yml": STORED, "b.view.json": WRITTEN, "c.DataModel.yaml": [MODEL]},
        {"1/2/x.container.yaml": STORED, "1/1.Turbine.view.yaml": WRITTEN, "datamodels.json": {"items": [MODEL]}},
        {"all.yaml": {"spaces": [SPACE], "containers": [STORED], "views": [WRITTEN], "dataModels": [MODEL]}},
        {"all.json": {"containers": [STORED], "data_model": MODEL | {"views": [WRITTEN]}}},
        {"mixed.json": [STORED, WRITTEN, MODEL, SPACE]},
    ],
    ids=["lists", "toolkit", "folders", "keys", "inline", "mixed"],
)
def test_write_form(tmp_path: Path, files: dict[str, Any]) -> None:
    is_whole(load_path(put(tmp_path / "model", files)))
    if len(files) == 1:
        is_whole(load_path(tmp_path / "model" / next(iter(files))))


def test_further_files(tmp_path: Path) -> None:
    put(tmp_path, {"model/a.json": MODEL, "views.yaml": [WRITTEN], "more/containers.yaml": [STORED, STORED]})
    source = load_path(tmp_path / "model", with_=[tmp_path / "views.yaml", tmp_path / "more", tmp_path / "more"])
    is_whole(source)
    assert (len(source.views), len(source.further_views), len(source.further_containers)) == (0, 1, 1)


def test_what_the_model_says_itself_counts_before_further_files(tmp_path: Path) -> None:
    other = {**STORED, "properties": {"name": {"type": {"type": "int32"}}}}
    put(tmp_path, {"model/a.json": [MODEL, WRITTEN, STORED], "other.json": [other, {**WRITTEN, "properties": {}}]})
    is_whole(load_path(tmp_path / "model", with_=[tmp_path / "other.json"]))


def test_views_in_read_form_tell_of_their_containers(tmp_path: Path) -> None:
    relation = mapped({"type": "direct", "list": False, "source": VIEW_ID}, name="next")
    read = view("Other", properties={"title": mapped(nullable=False, name="name"), "next": relation})
    put(tmp_path, {"model.json": [MODEL, WRITTEN], "other.json": read, "edge.json": view("Edge", usedFor="edge")})
    source = load_path(tmp_path / "model.json", with_=[tmp_path / "other.json", tmp_path / "edge.json"])
    is_whole(source)
    shown = source.all_containers()[0]
    assert (shown.used_for, shown.properties["next"].type.source) == ("all", None)
    assert source.containers == []


def test_the_core_model_is_built_in(tmp_path: Path) -> None:
    core = {"space": "cdf_cdm", "externalId": "CogniteAsset", "version": "v1", "type": "view"}
    asset = {"space": "power", "externalId": "Asset", "version": "1", "implements": [core]}
    source = load_path(put(tmp_path, {"model.json": asset}) / "model.json")
    found = (source.read_form().views or [])[0]
    assert found.properties is not None
    assert {"name", "object3D", "children"} <= found.properties.keys()
    assert source.views[0].properties is None
    listed = load_path(put(tmp_path, {"model.json": {**MODEL, "views": [core]}}) / "model.json")
    assert len(listed.read_form().views or ()) == 1


def test_answers_know_better_what_the_core_model_was(tmp_path: Path) -> None:
    old = mapped({"type": "enum", "values": {"old": {}}}, name="type")
    old["container"] = {"type": "container", "space": "cdf_cdm", "externalId": "CogniteTimeSeries"}
    target = {"type": "view", "space": "cdf_cdm", "externalId": "CogniteTimeSeries", "version": "v1"}
    relation = mapped({"type": "direct", "list": False, "source": target}, name="next")
    source = load_path(put(tmp_path, {"v.json": view(properties={"type": old, "next": relation})}))
    analysis = analyse(source.data_models, views=source.all_views(), containers=source.all_containers())
    assert len(analysis.model.classes) == 2
    assert [each for each in analysis.findings if each.code == "enum-conflict"] == []


def test_views_alone_make_a_data_model(tmp_path: Path) -> None:
    put(tmp_path, {"a.json": [view(), view("Blade"), view("Other", space="oil-rig", version="2")]})
    source = load_path(tmp_path)
    assert source.assumed == source.data_models[0].as_id() == DataModelId("power", "power", "1")
    assert len(source.read_form().views or ()) == 3
    named = load_path(tmp_path, id=DataModelId("a", "B", "c"))
    assert named.data_models[0].as_id() == DataModelId("a", "B", "c")
    one = load_path(put(tmp_path / "x", {"a.json": view(space="oil-rig-", version="2")}))
    assert one.assumed == DataModelId("oil-rig-", "oil_rig", "2")


def test_containers_alone_can_be_read(tmp_path: Path) -> None:
    source = load_path(put(tmp_path, {"c.json": STORED}))
    assert (source.data_models, source.assumed) == ([], None)
    assert [str(each.as_id()) for each in source.read_form().views or ()] == ["power:Turbine/1"]


def test_tags_that_are_left_out_are_told_by_the_version(tmp_path: Path) -> None:
    untagged = {"space": "power", "externalId": "Turbine"}
    reverse = {"connectionType": "multi_reverse_direct_relation", "source": {**VIEW_ID}}
    connections = {
        "a": {**reverse, "through": {"source": {**untagged, "version": "1"}, "identifier": "x"}},
        "b": {**reverse, "through": {"source": untagged, "identifier": "x"}},
    }
    source = load_path(put(tmp_path, {"v.json": view(properties=connections)}))
    found = [each for each in (source.views[0].properties or {}).values() if isinstance(each, ReverseConnection)]
    assert [str(each.through.source) for each in found] == ["power:Turbine/1", "power:Turbine"]


def test_placeholders_are_filled_for_each_folder(tmp_path: Path) -> None:
    template = yaml.safe_dump(MODEL).replace("Wind", "{{ name }}").replace("'1'", "{{version}}")
    files = {
        "config.yaml": "version: 1\n",
        "a/default.config.yaml": "name: A\n",
        "a/m.DataModel.yaml": template,
        "b/default.config.yaml": "name: B\n",
        "b/m.DataModel.yaml": template,
    }
    source = load_path(put(tmp_path, files | {"v.json": WRITTEN, "c.json": STORED}))
    assert [str(each.as_id()) for each in source.data_models] == ["power:A/1", "power:B/1"]
    assert str(source.choose(["B"])[0].as_id()) == "power:B/1"
    given = load_path(tmp_path, variables={"version": "2"})
    assert given.choose(["power:A/2"])


def test_every_placeholder_without_a_value_is_named(tmp_path: Path) -> None:
    put(tmp_path, {"a.View.yaml": "space: {{ a }}\nversion: {{b}}\n", "c.View.yaml": "# {{ no }}\nspace: {{ c }}\n"})
    with pytest.raises(SourceError) as caught:
        load_path(tmp_path)
    for said in (f"a ({tmp_path / 'a.View.yaml'} line 1)", "b (", " line 2)", "c (", "--variables NAME=VALUE"):
        assert said in str(caught.value)
    assert "no (" not in str(caught.value)


def test_other_files_of_a_folder_are_passed_over(tmp_path: Path) -> None:
    files = {
        "all.json": [MODEL, WRITTEN, STORED],
        "nodes/x.Node.yaml": "- externalId: {{ nobody }}\n  properties: [\n",
        "x.Transformation.yaml": "views: externalId: properties:",
        "config.prod.yaml": "variables: {}",
        ".git/x.View.yaml": "[",
        "node_modules/x.View.yaml": "[",
        "build/_build_environment.yaml": "a: 1",
        "build/x.View.yaml": "[",
        "package.json": '{"version": 1}',
        "data.csv": "externalId,views",
        "README.md": "{{ externalId }} views",
    }
    source = load_path(put(tmp_path, files))
    is_whole(source)
    assert source.passed_over == []


def test_what_looks_like_a_part_but_cannot_be_read_is_told(tmp_path: Path) -> None:
    files = {
        "all.json": [MODEL, WRITTEN, STORED],
        "broken.yaml": "externalId: [views",
        "instances.json": [{"externalId": "x", "sources": [], "properties": {}}],
        "template.yaml": "externalId: {{ nobody }}\nviews: []\n",
    }
    put(tmp_path, files)
    (tmp_path / "latin.yaml").write_bytes("externalId: Møller".encode("latin-1"))
    source = load_path(tmp_path)
    is_whole(source)
    told = {each.path.name: each.reason for each in source.passed_over}
    assert told.keys() == {"broken.yaml", "instances.json", "template.yaml", "latin.yaml"}
    assert "no value for the placeholder nobody" in told["template.yaml"]
    assert told["instances.json"] == "it holds an instance"


def test_what_pygen_reads_is_said_once(tmp_path: Path) -> None:
    put(tmp_path, {"instances.json": [{"externalId": "x", "sources": [], "properties": {}}]})
    with pytest.raises(SourceError, match=r"instances\.json: it holds an instance\); pygen reads") as caught:
        load_path(tmp_path)
    assert str(caught.value).count("pygen reads") == 1


def test_files_of_values_must_be_there(tmp_path: Path) -> None:
    path = tmp_path / "pumps.graphql"
    path.write_text("type Pump { name: String }", encoding="utf-8")
    with pytest.raises(SourceError, match=r"gone\.yaml cannot be read"):
        load_path(path, variable_files=[tmp_path / "gone.yaml"])


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "holds no views, containers or data models; pygen reads"),
        ({"a.yaml": "externalId: [views"}, r"holds no views, .*a\.yaml: line 2"),
        ({"space.yaml": SPACE}, "holds no views, containers or data models"),
        ({"x.View.yaml": "a: ["}, r"x\.View\.yaml: line 2"),
        ({"x.View.yaml": "- 7"}, r"x\.View\.yaml: it holds no object"),
        ({"x.graphql": "type A {"}, r"x\.graphql: line 1: this is not GraphQL"),
        ({"x.View.yaml": "&a [" + "*a, " * 3 + "]"}, "names nothing"),
        ({"views.json": "[" * 5_000}, "too deep|not JSON"),
        ({"views.yaml": "[" * 5_000}, "levels of nesting"),
        ({"a.json": MODEL, "b.json": {**MODEL, "views": []}}, "comes twice, with different views"),
    ],
)
def test_folders_that_cannot_be_read(tmp_path: Path, files: dict[str, Any], message: str) -> None:
    tmp_path.joinpath("model").mkdir()
    with pytest.raises(SourceError, match=message) as caught:
        load_path(put(tmp_path / "model", files))
    assert "\n" not in str(caught.value)


def test_repeated_aliases_are_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    put(tmp_path, {"views.yaml": "\n".join(lines)})
    with pytest.raises(SourceError, match="aliases counted each time"):
        load_path(tmp_path)


def test_binary_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "views.json").write_bytes(bytes(range(256)))
    with pytest.raises(SourceError, match="is not UTF-8 text"):
        load_path(tmp_path)
    (tmp_path / "views.json").write_bytes(b"\0" * 100)
    with pytest.raises(SourceError, match="this is not JSON"):
        load_path(tmp_path)


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="no links here")
def test_links_lead_nowhere_else(tmp_path: Path) -> None:
    folder = put(tmp_path / "model", {"all.json": [MODEL, WRITTEN, STORED]})
    put(tmp_path, {"secret.View.yaml": "["})
    (folder / "x.View.yaml").symlink_to(tmp_path / "secret.View.yaml")
    (folder / "y.View.yaml").symlink_to(folder / "missing")
    (folder / "z.View.yaml").symlink_to(folder / "z.View.yaml")
    (folder / "above").symlink_to(tmp_path, target_is_directory=True)
    (folder / "again.json").symlink_to(folder / "all.json")
    source = load_path(folder)
    is_whole(source)
    assert len(source.views) == 2


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "FILES_LIMIT", 3)
    with pytest.raises(SourceError, match="more than 3 files; give the folder of the model itself"):
        load_path(put(tmp_path, {f"{n}.txt": "" for n in range(4)}))


def test_too_much_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "TOTAL_LIMIT", 1024)
    with pytest.raises(SourceError, match="holds more than 0 MiB"):
        load_path(put(tmp_path, {"a.View.yaml": "# " * 400, "b.View.yaml": "# " * 400}))


def test_names_with_control_characters(tmp_path: Path) -> None:
    try:
        put(tmp_path, {"a\x1b[2J\nb.View.yaml": "["})
    except OSError:
        pytest.skip("the file system refuses such names")
    with pytest.raises(SourceError, match="line 2"):
        load_path(tmp_path)


def test_the_order_of_files_does_not_depend_on_the_disk(tmp_path: Path) -> None:
    names = [f"{letter}.View.json" for letter in "zmaq"]
    put(tmp_path, {name: view(name[0].upper()) for name in names})
    assert [each.external_id for each in load_path(tmp_path).views] == ["A", "M", "Q", "Z"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Pump.View.yaml", "view"),
        ("views.yaml", "view"),
        ("VIEW.YML", "view"),
        ("data_model.json", "data model"),
        ("DataModels.yaml", "data model"),
        ("my.DataModel.yaml", "data model"),
        ("x.Space.yaml", "space"),
        ("20.a.b.container.yaml", "container"),
        ("x.GraphQLSchema.yaml", "graphql"),
        ("model.yaml", None),
        ("node.yaml", None),
        ("x.node.yaml", "other"),
        ("x.Nodes.yaml", "other"),
        ("ep.Config.yaml", "other"),
        ("view", None),
    ],
)
def test_what_names_of_files_say(name: str, kind: str | None) -> None:
    assert kind_of_file(Path(name)) == kind


def test_choosing(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"m.json": [data_model(), data_model(version="2"), data_model(space="oil"), data_model(externalId="X")]},
    )
    source = load_path(tmp_path)
    assert len(source.choose()) == 4
    assert [str(each.as_id()) for each in source.choose(["X", "power:Wind(2)", "oil:Wind"])] == [
        "power:X/1",
        "power:Wind/2",
        "oil:Wind/1",
    ]
    for name, message in (
        ("Wind", r"holds 3 data models \(power:Wind/1, power:Wind/2, oil:Wind/1\); choose one with --data-model"),
        ("power:Wind/3", "holds no data model power:Wind/3; it holds power:Wind/1, "),
        ("", "names no data model"),
        ("a:b:c", "names no data model"),
    ):
        with pytest.raises(SourceError, match=message):
            source.choose([name])
    assert str(source.read_form("X").as_id()) == "power:X/1"
