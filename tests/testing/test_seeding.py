"""Seeding: what files may hold, and what is said about those that hold something else."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pygen.errors import SourceError
from pygen.testing import LocalServer, SeedError, Snapshot, local_server
from pygen.testing.instance_files import LINE_LIMIT, read_instances
from pygen_runtime.schema import ContainerId, EdgeWrite, NodeId, NodeWrite, ViewId

MODEL = """\
spaces:
  - {space: plant, name: The plant}
containers:
  - space: plant
    externalId: Pump
    usedFor: node
    properties:
      name: {type: {type: text}, nullable: false}
      size: {type: {type: int32}}
      pressure: {type: {type: float64}}
      active: {type: {type: boolean}}
      started: {type: {type: timestamp}}
      tags: {type: {type: text, list: true}}
      details: {type: {type: json}}
      site: {type: {type: direct}}
      near: {type: {type: direct, list: true}}
  - space: plant
    externalId: Pipe
    usedFor: edge
    properties: {length: {type: {type: float64}}}
views:
  - {space: plant, externalId: Pipe, version: v1, properties: {length: {container: {type: container, space: plant, externalId: Pipe}, containerPropertyIdentifier: length}}}
  - space: plant
    externalId: Pump
    version: v1
    implements: [{type: view, space: plant, externalId: Named, version: v1}]
    properties:
      size: &size {container: {type: container, space: plant, externalId: Pump}, containerPropertyIdentifier: size}
PROPERTIES
      feeds:
        connectionType: multi_edge_connection
        type: {space: plant, externalId: feeds}
        source: {type: view, space: plant, externalId: Pump, version: v1}
        edgeSource: {type: view, space: plant, externalId: Pipe, version: v1}
  - space: plant
    externalId: Named
    version: v1
    properties: {name: {container: {type: container, space: plant, externalId: Pump}, containerPropertyIdentifier: name}}
dataModels:
  - {space: plant, externalId: Plant, version: v1, views: [{type: view, space: plant, externalId: Pump, version: v1}]}
""".replace("&size ", "").replace(
    "PROPERTIES",
    "\n".join(
        f"      {name}: {{container: {{type: container, space: plant, externalId: Pump}}, containerPropertyIdentifier: {name}}}"
        for name in ("pressure", "active", "started", "tags", "details", "site", "near")
    ),
)
PUMP = ViewId("plant", "Pump", "v1")


@pytest.fixture(scope="module")
def emptied() -> Iterator[tuple[LocalServer, Snapshot]]:
    with local_server() as server:
        yield server, server.snapshot()


@pytest.fixture
def cdf_server(emptied: tuple[LocalServer, Snapshot]) -> LocalServer:
    """One server for all: emptying it takes less time than starting one."""
    server, empty = emptied
    server.restore(empty)
    return server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a model."""
    (tmp_path / "model.yaml").write_text(MODEL, encoding="utf-8")
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def properties(server: LocalServer, external_id: str, view: ViewId = PUMP) -> dict[str, Any]:
    with server.sync_client() as client:
        (found,) = client.instances.retrieve([NodeId("plant", external_id)], sources=[view])
    return (found.properties or {})[view.space][f"{view.external_id}/{view.version}"]


def test_a_folder_with_a_model_and_its_data(cdf_server: LocalServer, folder: Path) -> None:
    write(folder, "a/pumps.Node.yaml", "- {space: plant, externalId: p1, sources: []}\n".replace(", sources: []", ""))
    write(
        folder,
        "a/links.edge.yaml",
        "{space: plant, externalId: e1, type: {space: plant, externalId: feeds}, "
        "startNode: {space: plant, externalId: p1}, endNode: {space: elsewhere, externalId: p9}}\n",
    )
    write(folder, "Pump.csv", "externalId,space,name,size\np2,plant,Second,7\n")
    seeded = cdf_server.seed(folder)
    assert seeded.models == ["plant:Plant/v1"]
    assert (seeded.containers, seeded.views, seeded.nodes, seeded.edges) == (2, 3, 2, 1)
    assert str(seeded) == "plant:Plant/v1 (2 containers, 3 views), 2 nodes, 1 edges"
    assert properties(cdf_server, "p2") == {"name": "Second", "size": 7}


async def test_it_works_inside_a_running_loop(cdf_server: LocalServer, folder: Path) -> None:
    assert cdf_server.seed(folder).views == 3


def test_it_can_be_done_again(cdf_server: LocalServer, folder: Path) -> None:
    first = cdf_server.seed(folder)
    assert cdf_server.seed(folder) == first


@pytest.mark.parametrize("suffix", ["ndjson", "jsonl", "json", "yaml"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["plain", "byte order mark"])
def test_nodes_in_every_spelling(cdf_server: LocalServer, folder: Path, suffix: str, mark: str) -> None:
    source = {"source": {"space": "plant", "externalId": "Pump", "version": "v1"}, "properties": {"name": "One"}}
    node = {"space": "plant", "externalId": "p1", "instanceType": "node", "existingVersion": 63, "sources": [source]}
    text = json.dumps(node) if suffix in ("ndjson", "jsonl") else json.dumps({"items": [node]})
    path = write(folder, f"export.{suffix}", f"{mark}{text}\n")
    assert cdf_server.seed(folder / "model.yaml", path).nodes == 1
    assert properties(cdf_server, "p1") == {"name": "One"}


def test_what_was_read_is_written(tmp_path: Path) -> None:
    read = {
        "instanceType": "node",
        "space": "plant",
        "externalId": "p1",
        "version": 4,
        "createdTime": 1,
        "lastUpdatedTime": 2,
        "properties": {"plant": {"Pump/v1": {"name": "One"}, "Pipe": {"length": 2}, "Empty/v1": {}}},
    }
    path = write(tmp_path, "read.json", json.dumps([read]))
    (node,) = read_instances(path, {})
    assert isinstance(node, NodeWrite)
    assert node.existing_version is None
    assert [source.source for source in node.sources or ()] == [PUMP, ContainerId("plant", "Pipe")]


def test_files_of_the_toolkit_are_nodes(tmp_path: Path) -> None:
    path = write(
        tmp_path, "my.CogniteFile.yaml", "- {space: plant, externalId: f1, name: a.pdf, mimeType: application/pdf}\n"
    )
    (node,) = read_instances(path, {})
    (source,) = node.sources or []
    assert (source.source, source.properties["name"]) == (ViewId("cdf_cdm", "CogniteFile", "v1"), "a.pdf")


def test_placeholders_are_filled(cdf_server: LocalServer, tmp_path: Path) -> None:
    path = write(tmp_path, "pumps.Node.yaml", "- {space: '{{ where }}', externalId: '{{ which }}'}\n")
    write(tmp_path, "default.config.yaml", "where: plant\n")
    assert cdf_server.seed(path, variables={"which": "p1"}).nodes == 1
    with pytest.raises(SeedError, match=r"which.*line 1"):
        cdf_server.seed(path)


def test_the_same_instance_in_one_file_twice(cdf_server: LocalServer, folder: Path) -> None:
    lines = [
        {"space": "plant", "externalId": "p1", "instanceType": "node", "sources": [_pump(name=name)]}
        for name in ("First", "Last")
    ]
    path = write(folder, "pumps.ndjson", "\n".join(map(json.dumps, lines)))
    cdf_server.seed(folder / "model.yaml", path)
    assert properties(cdf_server, "p1") == {"name": "Last"}


def _pump(**properties: Any) -> dict[str, Any]:
    source = {"type": "view", "space": "plant", "externalId": "Pump", "version": "v1"}
    return {"source": source, "properties": properties}


def test_a_table_of_every_type(cdf_server: LocalServer, folder: Path) -> None:
    path = write(
        folder,
        "Pump.csv",
        "\ufeffexternalId,name,size,pressure,active,started,tags,details,site,near,type\n"
        'p1,One,7,1.5,TRUE,2024-01-02T03:04:05Z,"[""a"",""b""]","{""deep"":[1]}",s1,"[""p2"",{""space"":""sea"",""externalId"":""p3""}]",Pump\n'
        '"p,2","two\nlines",,,0,,,,"{""space"":""sea"",""externalId"":""s:2""}",,\n',
    )
    assert cdf_server.seed(folder / "model.yaml", path, space="plant").nodes == 2
    first = properties(cdf_server, "p1")
    assert first.pop("started").startswith("2024-01-02T03:04:05")
    assert first == {
        "name": "One",
        "size": 7,
        "pressure": 1.5,
        "active": True,
        "tags": ["a", "b"],
        "details": {"deep": [1]},
        "site": {"space": "plant", "externalId": "s1"},
        "near": [{"space": "plant", "externalId": "p2"}, {"space": "sea", "externalId": "p3"}],
    }
    site = {"space": "sea", "externalId": "s:2"}
    assert properties(cdf_server, "p,2") == {"name": "two\nlines", "active": False, "site": site}


def test_columns_can_be_called_otherwise(cdf_server: LocalServer, folder: Path) -> None:
    path = write(folder, "export.csv", "id,Title,Noise\np1,One,x\n")
    columns = {"id": "externalId", "Title": "name", "Noise": None}
    cdf_server.seed(folder / "model.yaml", path, view="plant:Pump/v1", space="plant", columns=columns)
    assert properties(cdf_server, "p1") == {"name": "One"}


def test_a_table_of_a_connection(cdf_server: LocalServer, folder: Path) -> None:
    path = write(folder, "Pump.feeds.csv", f"startNode,endNode,length\np1,p2,3.5\np1,{'x' * 250},\n")
    assert cdf_server.seed(folder / "model.yaml", path, space="plant").edges == 2
    with cdf_server.sync_client() as client:
        edges = {edge.external_id: edge for edge in client.instances.iterate(instance_type="edge")}
    assert edges["p1.feeds.p2"].type == NodeId("plant", "feeds")
    assert all(len(external_id) <= 255 for external_id in edges)


def test_a_table_of_edges(cdf_server: LocalServer, folder: Path) -> None:
    path = write(folder, "Pipe.csv", "externalId,type,startNode,endNode,length\ne1,feeds,p1,p2,3.5\n")
    assert cdf_server.seed(folder / "model.yaml", path, space="plant").edges == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "externalId,nonsense\np1,x\n",
            r"Pump.csv:1: plant:Pump/v1 has no property nonsense to write; it has active, ",
        ),
        ("externalId,feeds\np1,x\n", r"Pump.csv:1: plant:Pump/v1 has no property feeds"),
        ("name\nOne\n", r"Pump.csv:1: there is no column externalId"),
        ("", r"Pump.csv:1: there is no column externalId"),
        ("externalId,name,name\np1,x,y\n", r"Pump.csv:1: the column name stands there twice"),
        ("externalId,size\np1,1\np2,many\n", r"Pump.csv:3, column size: 'many' is no int32"),
        ('externalId,name,size\n"p\n1",x,1\np2,x,many\n', r"Pump.csv:4, column size"),
        ("externalId,active\np1,perhaps\n", r"Pump.csv:2, column active: 'perhaps' is no boolean"),
        ("externalId,pressure\np1,high\n", r"Pump.csv:2, column pressure: 'high' is no float64"),
        ("externalId,tags\np1,a\n", r"Pump.csv:2, column tags: 'a' is not JSON"),
        ("externalId,tags\np1,1\n", r"Pump.csv:2, column tags: a list is written as JSON"),
        ("externalId,details\np1,{\n", r"Pump.csv:2, column details: '{' is not JSON"),
        ('externalId,site\np1,"{""space"":1}"\n', r"Pump.csv:2, column site: a reference is an external id"),
        ("externalId,name\np1,x,y\n", r"Pump.csv:2: there are 3 cells in 2 columns"),
        ("externalId,name\n,x\n", r"Pump.csv:2: the externalId is empty"),
        ('externalId,name\np1,"x\n', r"Pump.csv cannot be read: unexpected end of data"),
        ("externalId,startNode\ne1,p1\n", r"Pump.csv:2: an edge needs type, startNode and endNode"),
    ],
)
def test_tables_that_are_wrong_say_where(cdf_server: LocalServer, folder: Path, text: str, said: str) -> None:
    path = write(folder, "Pump.csv", text)
    with pytest.raises(SeedError, match=said):
        cdf_server.seed(folder / "model.yaml", path, space="plant")


def test_a_table_without_a_space(cdf_server: LocalServer, folder: Path) -> None:
    path = write(folder, "Pump.csv", "externalId,name\np1,One\n")
    with pytest.raises(SeedError, match=r"Pump.csv:2: nothing says in which space"):
        cdf_server.seed(folder / "model.yaml", path)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Nothing.csv", r"the server has no view Nothing"),
        ("Pump.size.csv", r"plant:Pump/v1 has no edges called size"),
    ],
)
def test_a_table_of_nothing(cdf_server: LocalServer, folder: Path, name: str, said: str) -> None:
    path = write(folder, name, "externalId\np1\n")
    with pytest.raises(SeedError, match=said):
        cdf_server.seed(folder / "model.yaml", path, space="plant")


def test_several_views_of_one_name(cdf_server: LocalServer, folder: Path) -> None:
    other = MODEL.replace("space: plant", "space: sea")
    path = write(folder, "Pump.csv", "externalId\np1\n")
    with pytest.raises(SeedError, match=r"several views are called Pump: plant:Pump/v1, sea:Pump/v1"):
        cdf_server.seed(folder / "model.yaml", write(folder, "sea.yaml", other), path, space="plant")


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.ndjson", '{"space": "plant"}\n{"space"\n', r"a.ndjson:1: .*externalId"),
        ("a.ndjson", '{"space": "plant", "externalId": "p"}\n\n{"space"\n', r"a.ndjson:3: .*not JSON"),
        ("a.ndjson", "[]\n", r"a.ndjson:1: a node or edge is an object"),
        ("a.ndjson", f'"{"x" * LINE_LIMIT}"', r"a.ndjson:1: the line is longer"),
        ("a.Node.yaml", "- {space: plant, externalId: p}\n- {space: plant\n", r"a.Node.yaml:\d: "),
        ("a.Node.yaml", "- {space: plant, externalId: p}\n- {space: plant}\n", r"a.Node.yaml: item 2: .*externalId"),
        ("a.json", '[{"instanceType": "node", "space": 1, "externalId": "p"}]', r"a.json: item 1: .*space"),
        ("a.Edge.yaml", "{space: plant, externalId: p}", r"a.Edge.yaml: item 1: .*type"),
        ("a.yaml", "{instanceType: nodes, space: a, externalId: b, sources: []}", r"holds nothing to seed with"),
    ],
)
def test_instances_that_are_wrong_say_where(
    cdf_server: LocalServer, tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(SeedError, match=said):
        cdf_server.seed(write(tmp_path, name, text))


def test_text_that_is_no_text(cdf_server: LocalServer, tmp_path: Path) -> None:
    for name in ("a.ndjson", "a.csv"):
        (tmp_path / name).write_bytes(b'{"space": "\xff"}\n')
        with pytest.raises(SeedError, match="not UTF-8"):
            list(read_instances(tmp_path / name, {})) if name == "a.ndjson" else cdf_server.seed(
                write(tmp_path, "m.yaml", MODEL), tmp_path / name, view="plant:Pump/v1"
            )


def test_what_the_server_refuses_is_said_with_the_file(cdf_server: LocalServer, folder: Path) -> None:
    path = write(folder, "Pump.csv", "externalId,size\np1,5\n")
    with pytest.raises(SeedError, match=r"Pump.csv cannot be loaded: .*name"):
        cdf_server.seed(folder / "model.yaml", path, space="plant")


def test_a_model_that_the_server_refuses(cdf_server: LocalServer, folder: Path) -> None:
    path = write(folder, "model.yaml", MODEL.replace("{type: int32}", "{type: int33}"))
    with pytest.raises(SourceError, match=r"model\.yaml"):
        cdf_server.seed(path)


def test_paths_that_are_not_there(cdf_server: LocalServer, tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="there is no such file or folder"):
        cdf_server.seed(tmp_path / "missing.yaml")
    with pytest.raises(SeedError, match="holds nothing to seed with"):
        cdf_server.seed(tmp_path)


def test_what_is_of_no_use_is_passed_over_and_told(cdf_server: LocalServer, folder: Path) -> None:
    write(folder, "raw/pumps.Table.csv", "key\n1\n")
    write(folder, "my.Transformation.yaml", "{externalId: t}\n")
    seeded = cdf_server.seed(folder)
    assert {path.name for path, _ in seeded.passed_over} == {"pumps.Table.csv", "my.Transformation.yaml"}


def test_spaces_in_files_of_their_own(cdf_server: LocalServer, tmp_path: Path) -> None:
    write(tmp_path, "my.Space.yaml", "{space: plant, name: The plant}\n")
    cdf_server.seed(tmp_path)
    with cdf_server.sync_client() as client:
        assert [(space.space, space.name) for space in client.spaces.list()] == [("plant", "The plant")]
    with pytest.raises(SeedError, match=r"bad\.Space\.yaml"):
        cdf_server.seed(write(tmp_path, "bad.Space.yaml", "{space: 5}\n"))


def test_edges_are_told_by_their_ends(tmp_path: Path) -> None:
    end = {"space": "plant", "externalId": "p"}
    edge = {"space": "plant", "externalId": "e", "type": end, "startNode": end, "endNode": end}
    (found,) = read_instances(write(tmp_path, "a.ndjson", json.dumps(edge)), {})
    assert isinstance(found, EdgeWrite)
