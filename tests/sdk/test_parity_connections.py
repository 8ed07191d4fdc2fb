"""Defects of the product that we replace, which concern connections and writes: each by the id that its list gives it, and none of them ours.

The ids stand in the names: BUG-1 is `bug_1`, S-16 is `s_16`. Others of the list are tested where they belong.
"""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from typing import Any

import pytest

from pygen.testing import LocalServer
from pygen_runtime.errors import UsageError, WriteConflictError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk import BareEdgeWrite, WriteDefaults
from pygen_runtime.sdk.graph import fill, include
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, Pump
from tests.sdk.write_classes import PipeWrite, PumpWrite, SiteWrite

Id = NodeId


@pytest.fixture
async def client(cdf_server: LocalServer) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(cdf_server.base_url, "test", "token") as client:
        client.writing = WriteDefaults(space="plant")
        await plant.build(client.pygen, 1)
        await client.delete([plant.pump_id(0), *(Id("plant", f"site-{n}") for n in range(3))])
        yield client


def pump(name: str, **values: Any) -> PumpWrite:
    return PumpWrite(external_id=name, name=name, **values)


async def names(relation: Any) -> list[str]:
    return sorted([one.external_id async for one in relation])


async def test_bug_1_s_16_edges_of_other_types_are_not_part_of_a_relation(client: AsyncPlantClient) -> None:
    a, b, c, d = (pump(name) for name in "abcd")
    a.feeds, a.spare = [b, c], d
    strange = BareEdgeWrite(edge_type=Id("plant", "strange"), start_node=Id("plant", "a"), end_node=Id("plant", "d"))
    await client.upsert([a, strange])
    (included,) = await client.pump.filter(name="a").include(lambda p: p.feeds, lambda p: p.spare).to_list()
    alone = await client.pump.retrieve("a", space="plant")
    listed = next(one for one in await client.pump.all().to_list() if one.name == "a")
    assert alone is not None
    for one in (included, alone, listed):
        assert await names(one.feeds) == ["b", "c"]
        spare = await one.spare.get()
        assert spare is not None
        assert spare.external_id == "d"
    assert await names(client.pump.filter(name="a").follow(lambda p: p.feeds)) == ["b", "c"]
    assert await names(client.pump.filter(name="a").reach(lambda p: p.feeds)) == ["b", "c"]


async def test_bug_2_q_5_what_does_not_fit_beside_its_parents_comes_all_the_same(
    client: AsyncPlantClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With limits of a few rows; `test_include_sizes.py` goes past the real ones."""
    for module in (include, fill):
        monkeypatch.setattr(module, "MOST_QUERIED", 5)
    await client.upsert(pump("hub", feeds=[pump(f"leaf-{n:02}") for n in range(23)]))
    (hub,) = await client.pump.filter(name="hub").include(lambda p: p.feeds).to_list()
    assert await names(hub.feeds) == [f"leaf-{n:02}" for n in range(23)]


async def test_bug_15_s_15_e_5_conditions_on_edges_mean_edges(
    client: AsyncPlantClient, cdf_server: LocalServer
) -> None:
    await client.upsert(
        pump("a", feeds=[PipeWrite(external_id="ab", end_node=pump("b")), pump("c")], fed_by=[pump("d")])
    )
    a = await client.pump.retrieve("a", space="plant")
    assert a is not None
    assert await names(a.feeds.edges().where(lambda e: e.external_id == "ab")) == ["ab"]
    assert await names(a.feeds.edges().where(lambda e: e.external_id == "b")) == []
    bare = a.fed_by.edges().where(lambda e: e.space == "plant")
    cdf_server.journal.clear()
    assert await bare.count() == 1
    (asked,) = cdf_server.journal.entries()
    assert asked.status == 200
    assert await names(a.feeds.where(lambda p: p.external_id == "b")) == ["b"], (
        "of the targets, those that are called so"
    )


def test_bug_16_dc_22_a_misspelt_name_is_an_error() -> None:
    with pytest.raises(TypeError, match="naem"):
        PumpWrite(external_id="a", naem="a")  # type: ignore[call-arg]  # wrong on purpose


async def test_bug_16_dc_53_the_ends_of_edges_are_checked(client: AsyncPlantClient) -> None:
    site: Any = SiteWrite(external_id="s")
    for wrong in (
        pump("a", feeds=[PipeWrite(end_node=site)]),
        pump("a", feeds=[site]),
        pump("a", fed_by=[site]),
        PipeWrite(edge_type=plant.FEEDS, start_node=site, end_node=pump("b")),
        pump("a", feeds=[PipeWrite(start_node=pump("b"), end_node=pump("c"))]),
        pump("a", feeds=[PipeWrite(edge_type=plant.SPARE, end_node=pump("c"))]),
        pump("a", spare=[pump("b"), pump("c")]),
        pump("a", feeds=pump("b")),
        pump("a", parts=pump("b")),
        pump("a", site=[Id("plant", "s")]),
    ):
        with pytest.raises(UsageError, match="cannot be written"):
            await client.upsert(wrong)
    assert await client.pump.count() == 0


async def test_bug_16_dc_25_what_the_caller_gave_stays_as_it_was(client: AsyncPlantClient) -> None:
    tags, fed = ["x"], [pump("b")]
    given = pump("a", tags=tags, feeds=fed)
    before = copy.deepcopy(given)
    await client.upsert(given)
    assert given == before
    read = await client.pump.retrieve("a", space="plant")
    assert read is not None
    written = read.tags
    again = PumpWrite(external_id="a", name="a", tags=read.tags)
    assert again.tags is written
    await client.upsert(again)
    assert (tags, written) == (["x"], ["x"])


async def test_bug_16_w_3_nobody_wins_when_two_say_different_things_of_one_instance(client: AsyncPlantClient) -> None:
    with pytest.raises(WriteConflictError, match="ratedFlow") as caught:
        await client.upsert([pump("a", flow=1.0), pump("a", flow=2.0)])
    assert len(caught.value.conflicts) == 1
    assert await client.pump.count() == 0
    await client.upsert([pump("a", flow=1.0), pump("a", tags=["t"]), pump("a", flow=1.0)])
    (merged,) = await client.pump.all().to_list()
    assert (merged.flow, merged.tags, merged.version) == (1.0, ["t"], 1)


async def test_bug_26_deleting_an_object_leaves_what_it_refers_to(client: AsyncPlantClient) -> None:
    site, b = SiteWrite(external_id="s", name="S"), pump("b")
    await client.upsert([pump("a", site=site, parts=[b], feeds=[b]), pump("c", site=site)])
    (a,) = await client.pump.filter(name="a").include(lambda p: p.site, lambda p: p.parts, lambda p: p.feeds).to_list()
    assert await names(a.parts) == ["b"]
    assert (await client.plan_delete(a)).ids == [a.as_id()]
    assert (await client.delete(a)).deleted == [a.as_id()]
    written = pump("c", site=site, parts=[b])
    assert (await client.delete(written)).deleted == [Id("plant", "c")]
    left = [one.external_id async for one in client.pygen.instances.iterate(instance_type="node")]
    assert {"s", "b"} <= set(left)


async def test_q_9_targets_that_are_not_there_say_nothing(
    client: AsyncPlantClient, capsys: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    await client.upsert(pump("a", site=Id("plant", "nowhere"), parts=[Id("plant", "gone"), pump("b")]))
    for a in (
        await client.pump.filter(name="a").first(),
        await client.pump.filter(name="a").include(lambda p: p.site, lambda p: p.parts).first(),
    ):
        assert a is not None
        assert await a.site.get() is None
        assert a.site.id == Id("plant", "nowhere")
        assert await names(a.parts) == ["b"]
        assert a.parts_ids == [Id("plant", "gone"), Id("plant", "b")]
    assert capsys.readouterr() == ("", "")
    assert not recwarn.list


async def test_r_3_not_fetched_and_not_there_are_two_things(client: AsyncPlantClient) -> None:
    await client.upsert(pump("a"))
    bare = await client.pump.filter(name="a").first()
    whole = await client.pump.filter(name="a").include(lambda p: p.feeds, lambda p: p.spare).first()
    assert bare is not None
    assert whole is not None
    assert (bare.feeds.is_loaded, whole.feeds.is_loaded) == (False, True)
    assert await whole.feeds.to_list() == []
    assert await whole.spare.get() is None
    assert await bare.spare.get() is None


async def test_mk_11_edges_of_two_types_between_the_same_nodes_are_two(client: AsyncPlantClient) -> None:
    b = pump("b")
    result = await client.upsert(pump("a", feeds=[b], spare=b))
    edges = {one.external_id for one in result.written if one.instance_type == "edge"}
    assert len(edges) == 2
    again = await client.upsert(pump("a", feeds=[b], spare=b))
    assert again.written == [], "and the same edges again are the same edges"
    a = await client.pump.filter(name="a").first()
    assert isinstance(a, Pump)
    assert {EdgeId("plant", one) for one in edges} == {
        one.as_id() for query in (a.feeds.edges(), a.spare) for one in (await _edges(query))
    }


async def _edges(of: Any) -> list[Any]:
    return [await of.edge()] if hasattr(of, "edge") else await of.to_list()
