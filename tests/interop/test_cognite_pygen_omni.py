"""An SDK that `cognite-pygen` generated from Omni, unmodified, against the local server.

Its scripts in `cognite_pygen/` ask; what must be answered is worked out here from the data alone.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from pygen.testing import local_server
from pygen.testing.instance_files import read_instances
from pygen_runtime.schema import EdgeWrite, NodeWrite
from tests.interop.conftest import Journey

pytestmark = pytest.mark.models


@pytest.fixture(scope="module")
def nodes(models_dir: Path) -> dict[str, NodeWrite]:
    """Nodes of the data by external id; where one comes in several files, its values together."""
    found: dict[str, NodeWrite] = {}
    for path in sorted((models_dir / "Omni" / "data" / "write").glob("*.node.yaml")):
        for node in read_instances(path, {}):
            assert isinstance(node, NodeWrite)
            known = found.setdefault(node.external_id, node)
            if known is not node:
                known.sources = [*(known.sources or ()), *(node.sources or ())]
    return found


@pytest.fixture(scope="module")
def edges(models_dir: Path) -> dict[str, list[EdgeWrite]]:
    """Edges by their start nodes."""
    found: dict[str, dict[str, EdgeWrite]] = defaultdict(dict)
    for path in sorted((models_dir / "Omni" / "data" / "write").glob("*.edge.yaml")):
        for edge in read_instances(path, {}):
            assert isinstance(edge, EdgeWrite)
            found[edge.start_node.external_id][edge.external_id] = edge
    return {start: list(several.values()) for start, several in found.items()}


@pytest.fixture(scope="module")
def answers(journey: Journey, models_dir: Path) -> dict[str, Any]:
    with local_server() as server:
        server.seed(models_dir / "Omni" / "api_read", models_dir / "Omni" / "data" / "write")
        return journey(server, ("sp_pygen_models", "Omni", "1"), "omni")


def test_nothing_went_wrong_on_the_way(answers: dict[str, Any]) -> None:
    assert answers["failures"] == {}


def test_lists(answers: dict[str, Any], nodes: dict[str, NodeWrite]) -> None:
    by_kind: dict[str, list[str]] = defaultdict(list)
    for external_id, node in nodes.items():
        kind = external_id.partition(":")[0].lower()
        if node.sources or kind == "connectionitemc":  # a view without containers: its nodes are told by their type
            by_kind[kind].append(external_id)
    for name, listed in answers["listed"].items():
        kind = name.replace("_", "").removesuffix("node")
        assert listed == sorted(by_kind[kind]), name
    assert answers["iterated"] == len(by_kind["primitivenullable"])
    assert answers["counted"] == len(by_kind["connectionitema"])


def test_values(answers: dict[str, Any], nodes: dict[str, NodeWrite]) -> None:
    assert len(answers["required"]) > 3
    for external_id, values in answers["required"].items():
        written = _values(nodes[external_id])
        assert values == [
            written["text"],
            written["boolean"],
            written["int64"],
            pytest.approx(written["float64"]),
            written["date"],
            written["json"],
        ]


def test_filters_and_the_order(answers: dict[str, Any], nodes: dict[str, NodeWrite]) -> None:
    items = {key: _values(node).get("name") for key, node in nodes.items() if key.startswith("ConnectionItemA:")}
    assert answers["prefix"] == sorted(key for key, name in items.items() if name and name.startswith("P"))
    assert [name for name in answers["sorted"] if name] == sorted(name for name in items.values() if name)


def test_connections(answers: dict[str, Any], nodes: dict[str, NodeWrite], edges: dict[str, list[EdgeWrite]]) -> None:
    items = [key for key in nodes if key.startswith("ConnectionItemA:")]
    for key in items:
        written = _values(nodes[key])
        outwards = sorted(edge.end_node.external_id for edge in edges.get(key, ()))
        assert answers["full"][key] == [_target(written.get("otherDirect")), outwards]
        assert answers["names_of_outwards"][key] == sorted(str(_values(nodes[end]).get("name")) for end in outwards)
        assert answers["self_direct"][key] == _target(written.get("selfDirect"))
    assert answers["retrieved"][0] == "ConnectionItemA:Jennifer"
    assert answers["retrieved"][1:] == [
        answers["self_direct"]["ConnectionItemA:Jennifer"],
        *answers["full"]["ConnectionItemA:Jennifer"],
    ]


def test_single_connections_and_lists_of_them(answers: dict[str, Any], nodes: dict[str, NodeWrite]) -> None:
    items = [key for key in nodes if key.startswith("ConnectionItemD:")]
    for key in items:
        written = _values(nodes[key])
        single, several, _ = answers["identifiers"][key]
        assert single == _target(written.get("directSingle"))
        assert several == sorted(one["externalId"] for one in written.get("directMulti") or ())


def test_edges_with_properties(answers: dict[str, Any], edges: dict[str, list[EdgeWrite]]) -> None:
    items = [key for key in edges if key.startswith("ConnectionItemF:")]
    assert items
    for key in items:
        ends = [edge.end_node.external_id for edge in edges[key] if edge.type.external_id == "multiProperty"]
        assert answers["edges"][key] == sorted(ends)


def test_selections(answers: dict[str, Any], nodes: dict[str, NodeWrite], edges: dict[str, list[EdgeWrite]]) -> None:
    named = [key for key in answers["prefix"] if key.startswith("ConnectionItemA:")]
    for key in named:
        assert answers["selected"][key] == sorted(edge.end_node.external_id for edge in edges.get(key, ()))
    assert set(answers["selected_ends"]) <= {key for key in nodes if key.startswith("ConnectionItemB:")}


def test_writes(answers: dict[str, Any]) -> None:
    assert answers["created"] == [5, 3]
    assert answers["read_back"] == ["A new one", "Its other self", ["B0", "B1", "B2"]]
    assert answers["renamed"] == "Renamed"
    assert answers["deleted"] == 5
    assert answers["left"] == []


def _values(node: NodeWrite) -> dict[str, Any]:
    return {
        key: value for source in node.sources or () for key, value in source.properties.items() if value is not None
    }


def _target(value: dict[str, str] | None) -> str | None:
    return value["externalId"] if value else None
