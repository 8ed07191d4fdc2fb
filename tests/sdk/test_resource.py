from __future__ import annotations

import copy
import datetime
import pickle
from typing import Any

import pytest

from pygen_runtime import __version__, lazy_exports, require_contract
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import ContractError, DetachedError, InvalidResponseError, UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk import PygenEdge, PygenList, relations
from pygen_runtime.sdk.instances.wire import wire
from tests.sdk.model import AsyncPlantClient, Pipe, PlantClient, Pump, PumpState, Site

CLIENT = AsyncPygenClient.from_token(base_url="http://127.0.0.1:1", project="test", token="t")

PAGE = b"""{"items":[
{"instanceType":"node","space":"plant","externalId":"p1","version":3,"createdTime":1767225600500,"lastUpdatedTime":1767225601000,
 "type":{"space":"plant","externalId":"PumpType"},"new":{"since":"tomorrow"},
 "properties":{"plant":{"Pump/1":{"name":"A","ratedFlow":5,"type":"big","version":7,"built":"2026-01-02","seen":"2026-01-02T03:04:05.17+00:00",
 "tags":[],"state":"exploded","site":{"space":"plant","externalId":"s1"},"unheardOf":[1]}}}},
{"instanceType":"node","space":"plant","externalId":"p2","version":1,"createdTime":0,"lastUpdatedTime":0,
 "properties":{"plant":{"Pump/1":{"name":"","state":"running","ratedFlow":null}}}}
],"nextCursor":"more"}"""


@pytest.fixture
def pumps() -> list[Pump]:
    return wire(Pump).objects(wire(Pump).reply.decode(PAGE).items, CLIENT, "list")


def test_a_page_becomes_objects_with_the_instances_own_fields(pumps: list[Pump]) -> None:
    pump = pumps[0]
    assert (pump.space, pump.external_id, pump.version) == ("plant", "p1", 3)
    assert pump.as_id() == NodeId("plant", "p1")
    assert pump.node_type == NodeId("plant", "PumpType")
    assert pump.created_time == datetime.datetime(2026, 1, 1, 0, 0, 0, 500_000, tzinfo=datetime.UTC)
    assert pump.last_updated_time == datetime.datetime(2026, 1, 1, 0, 0, 1, tzinfo=datetime.UTC)


def test_properties_called_like_instance_fields_stay_apart_from_them(pumps: list[Pump]) -> None:
    assert (pumps[0].version, pumps[0].version_) == (3, 7)
    assert (pumps[0].node_type, pumps[0].type) == (NodeId("plant", "PumpType"), "big")


def test_values_are_typed_and_absent_null_and_empty_are_told_apart_where_they_can_be(pumps: list[Pump]) -> None:
    first, second = pumps
    assert isinstance(first.flow, float)
    assert first.built == datetime.date(2026, 1, 2)
    assert first.seen == datetime.datetime(2026, 1, 2, 3, 4, 5, 170_000, tzinfo=datetime.UTC)
    assert (first.tags, second.tags) == ([], None)
    assert (second.name, second.flow) == ("", None)


def test_an_enum_value_newer_than_the_sdk_is_kept(pumps: list[Pump]) -> None:
    assert pumps[1].state is PumpState.RUNNING
    assert pumps[0].state == "exploded"
    assert isinstance(pumps[0].state, PumpState)
    assert list(PumpState) == [PumpState.RUNNING, PumpState.STOPPED]
    assert pickle.loads(pickle.dumps(pumps[0])).state == "exploded"


def test_objects_compare_by_their_fields_and_not_by_their_client(pumps: list[Pump]) -> None:
    again = wire(Pump).objects(
        wire(Pump).reply.decode(PAGE).items,
        AsyncPygenClient.from_token(base_url="http://127.0.0.1:2", project="x", token="y"),
        "list",
    )
    assert again == pumps
    assert len({*again, *pumps}) == 2
    again[0].name = "B"
    assert again[0] != pumps[0]
    assert again[0] != "A"


def test_a_pickled_object_is_equal_and_says_that_it_is_detached(pumps: list[Pump]) -> None:
    pump = pickle.loads(pickle.dumps(pumps[0]))
    assert pump == pumps[0]
    with pytest.raises(DetachedError, match="Pump plant:p1 knows no client"):
        pump.feeds.edges()
    assert copy.copy(pumps[0]).feeds.edges().client is CLIENT


def test_repr_shows_what_is_known(pumps: list[Pump]) -> None:
    assert repr(pumps[1]) == "Pump(plant:p2, name='', state=<PumpState.RUNNING: 'running'>)"
    assert repr(pumps[0].parts) == "<ToMany Pump of plant:p1>"


def test_direct_relations_know_their_ids_without_asking(pumps: list[Pump]) -> None:
    assert pumps[0].site.id == NodeId("plant", "s1")
    assert pumps[1].site.id is None
    assert pumps[0].parts.ids == []
    assert pumps[0].feeds.ids == []


def test_a_class_names_its_relations() -> None:
    assert list(relations(Pump)) == ["site", "parts", "part_of", "feeds", "fed_by", "spare"]
    assert relations(Pump)["site"].target is Site
    assert Pump.site is relations(Pump)["site"]


def test_an_edge_has_its_ends() -> None:
    page = b"""{"items":[{"instanceType":"edge","space":"plant","externalId":"e","version":1,"createdTime":0,"lastUpdatedTime":0,
    "type":{"space":"plant","externalId":"Pump.feeds"},"startNode":{"space":"plant","externalId":"a"},
    "endNode":{"space":"plant","externalId":"b"},"properties":{"plant":{"Pipe/1":{"metres":2.5}}}}]}"""
    (pipe,) = wire(Pipe).objects(wire(Pipe).reply.decode(page).items, CLIENT, "list")
    (bare,) = wire(PygenEdge).objects(wire(PygenEdge).reply.decode(page).items, CLIENT, "list")
    assert pipe.metres == 2.5
    for edge in (pipe, bare):
        assert edge.as_id() == EdgeId("plant", "e")
        assert (edge.edge_type.external_id, edge.start_node.external_id, edge.end_node.external_id) == (
            "Pump.feeds",
            "a",
            "b",
        )
    assert PygenList([pipe]).as_ids() == [EdgeId("plant", "e")]


@pytest.mark.parametrize(
    "properties", ["", ',"properties":{}', ',"properties":{"plant":{}}', ',"properties":{"other":{"X/1":{}}}']
)
def test_an_instance_without_data_in_the_view_is_an_empty_object_or_an_error(properties: str) -> None:
    page = (
        b'{"items":[{"space":"plant","externalId":"x","version":1,"createdTime":0,"lastUpdatedTime":0%s}]}'
        % properties.encode()
    )
    (site,) = wire(Site).objects(wire(Site).reply.decode(page).items, CLIENT, "list")
    assert site.name is None
    with pytest.raises(InvalidResponseError, match="plant:x came without data for plant:Pump/1") as caught:
        wire(Pump).objects(wire(Pump).reply.decode(page).items, CLIENT, "list")
    assert (caught.value.method, caught.value.path) == ("POST", "/models/instances/list")


def test_an_sdk_for_another_contract_is_refused_at_import() -> None:
    require_contract(1, package="wind", generated_by=__version__)
    with pytest.raises(ContractError, match="generate it again"):
        require_contract(0, package="wind", generated_by="0.0.1")
    with pytest.raises(ImportError, match="install a newer cdf-pygen"):
        require_contract(2, package="wind", generated_by="9.0")


def test_lazy_exports_find_public_names_only() -> None:
    getattr_ = lazy_exports("pygen_runtime", "errors", "schema")
    assert getattr_("PygenError").__name__ == "PygenError"
    assert getattr_("NodeId") is NodeId
    for name in ("_Sequence", "NoSuchName", "__path__"):
        with pytest.raises(AttributeError, match=name):
            getattr_(name)


@pytest.mark.parametrize(("kind", "other"), [(PlantClient, CLIENT), (AsyncPlantClient, object())])
def test_a_client_over_another_kind_of_client_is_refused(
    kind: type[PlantClient | AsyncPlantClient], other: Any
) -> None:
    with pytest.raises(
        UsageError, match=rf"{kind.__name__} is made over a \w*PygenClient, not a {type(other).__name__}"
    ):
        kind(other)
