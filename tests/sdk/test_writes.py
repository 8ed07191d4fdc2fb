"""Write objects by themselves: what they take, what they become, and what is refused before anything is sent."""

from __future__ import annotations

import datetime
import math
import pickle
import re
import threading
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from pygen_runtime.errors import UsageError, WriteConflictError
from pygen_runtime.schema import EdgeId, EdgeWrite, NodeId, NodeWrite, ViewId
from pygen_runtime.sdk import (
    BareEdgeWrite,
    EdgeEnds,
    PygenEdge,
    WriteDefaults,
    as_write,
    content_ids,
    counted_ids,
    edge_id_of_ends,
    prefixed,
    random_ids,
    shortened,
)
from pygen_runtime.sdk.writes.order import dependencies_first
from pygen_runtime.sdk.writes.values import encoded
from tests.sdk.model import Pump, PumpState, Site, SyncPump
from tests.sdk.plant import FEEDS, SPARE
from tests.sdk.write_classes import PipeWrite, PumpWrite, SiteWrite, planned

PUMP, SITE, PIPE = (ViewId("plant", name, "1") for name in ("Pump", "Site", "Pipe"))


def pump(external_id: str = "p", **values: Any) -> PumpWrite:
    return PumpWrite(external_id=external_id, **{"name": UNSET, **values})


def properties(item: Any) -> dict[str, Any]:
    (source,) = item.sources
    found: dict[str, Any] = source.properties
    return found


# --- values ---------------------------------------------------------------------------------------


def test_only_what_is_said_is_sent() -> None:
    (item,) = planned(pump(flow=None, tags=[], type="", version_=0, state=PumpState.RUNNING)).items
    assert properties(item) == {"ratedFlow": None, "tags": [], "type": "", "version": 0, "state": "running"}
    (bare,) = planned(pump()).items
    assert bare == NodeWrite(space="plant", external_id="p"), "a view of which nothing is said is not mentioned"


def test_a_misspelt_name_is_an_error_at_once() -> None:
    with pytest.raises(TypeError, match="flwo"):
        PumpWrite(external_id="p", name="P", flwo=1.0)  # type: ignore[call-arg]  # what is refused at run time too
    with pytest.raises(AttributeError, match="flwo"):
        pump().flwo = 1.0  # type: ignore[attr-defined]  # what is refused at run time too
    with pytest.raises(TypeError, match="name"):
        PumpWrite(external_id="p")  # type: ignore[call-arg]  # what is refused at run time too


@pytest.mark.parametrize(
    ("moment", "sent"),
    [
        (datetime.datetime(2024, 1, 1, 12, 0, 0, 1999, datetime.UTC), "2024-01-01T12:00:00.001Z"),
        (datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, datetime.UTC), "1969-12-31T23:59:59.999Z"),
        (
            datetime.datetime(2024, 1, 1, 0, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=1))),
            "2023-12-31T23:30:00.000Z",
        ),
        (
            datetime.datetime(1900, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(minutes=19, seconds=32))),
            "1899-12-31T23:40:28.000Z",
        ),
    ],
)
def test_moments_are_sent_in_utc_to_the_millisecond(moment: datetime.datetime, sent: str) -> None:
    (item,) = planned(pump(seen=moment)).items
    assert properties(item)["seen"] == sent


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"flow": math.nan}, "flow: .*not finite"),
        ({"flow": -math.inf}, "flow: .*not finite"),
        ({"seen": datetime.datetime(2024, 1, 1)}, "seen: .*no time zone"),  # noqa: DTZ001 - that is the point
        ({"seen": datetime.datetime.min.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=2)))}, "seen: "),
        ({"type": object()}, "type: "),
        ({"type": SiteWrite(external_id="s")}, "type: SiteWrite does not belong here"),
        ({"site": "s"}, "site: str does not belong here; what does: NodeId, SiteWrite"),
        ({"site": pump("q")}, "site: PumpWrite does not belong here"),
        ({"parts": [pump("q"), SiteWrite(external_id="s")]}, "parts: SiteWrite does not belong here"),
        ({"feeds": [SiteWrite(external_id="s")]}, "feeds: SiteWrite does not belong here"),
        ({"fed_by": [PipeWrite(start_node=NodeId("a", "b"))]}, "fed_by: PipeWrite does not belong here"),
        ({"feeds": "p"}, "feeds: str does not belong here"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_its_place(values: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=f"PumpWrite p cannot be written: {why}"):
        planned(pump(**values))


def test_validation_tells_all_that_is_wrong() -> None:
    good = pump(name="P", flow=1, site=NodeId("a", "b"), parts=[pump("q")], spare=None, state="running")
    good.validate(new=True)
    bad: Any = pump(flow="much", built=datetime.datetime.now(datetime.UTC), tags="abc", site=5, feeds=[3], spare=3)
    bad.seen = datetime.datetime(2024, 1, 1)  # noqa: DTZ001 - that is the point
    with pytest.raises(UsageError) as caught:
        bad.validate(new=True)
    told = str(caught.value)
    for name in ("name is required", "flow: ", "built: ", "tags: ", "site: ", "seen: ", "feeds: ", "spare: "):
        assert name in told
    assert "type: " not in told
    with pytest.raises(UsageError) as caught:
        bad.validate()
    assert "required" not in str(caught.value)
    pipe: Any = PipeWrite(end_node=NodeId("a", "b"))
    pipe.start_node = 3
    with pytest.raises(
        UsageError, match=r"PipeWrite without an external id cannot be .*start_node: int does not belong here"
    ):
        pipe.validate()
    pipe.space, pipe.external_id = "a", "e"
    with pytest.raises(UsageError, match="PipeWrite a:e cannot be written"):
        pipe.validate()


# --- as_write -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Pump, SyncPump])
def test_what_was_read_is_written_as_it_was(kind: type[Pump]) -> None:
    site, part = NodeId("other", "s"), NodeId("plant", "q")
    values: dict[str, Any] = {
        "name": "P",
        "flow": 0.0,
        "tags": [],
        "built": datetime.date(2020, 1, 1),
        "seen": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
        "state": PumpState("newer than the SDK"),
    }
    read = kind(space="plant", external_id="p", version=7, site_id=site, parts_ids=[part], **values)
    read.node_type = NodeId("plant", "PumpType")
    write = as_write(read, PumpWrite)
    write.validate(new=True)
    assert {name: getattr(write, name) for name in values} == values
    assert (write.space, write.external_id, write.existing_version) == ("plant", "p", 7)
    assert (write.site, write.parts, write.node_type) == (site, [part], read.node_type)
    assert write.version_ is UNSET, "empty, and it stays so"
    assert write.type is None, "empty, although the model has a default"
    assert write.feeds is write.fed_by is write.spare is UNSET, "edges are not part of an object"
    assert write.parts is not read.parts_ids
    (item,) = planned(write).items
    assert (item.existing_version, item.type) == (7, read.node_type)
    assert properties(item)["state"] == "newer than the SDK"
    assert as_write(Site(space="a", external_id="b"), SiteWrite) == SiteWrite(
        space="a", external_id="b", existing_version=0
    )


def test_a_write_object_shows_what_it_says_however_deep_it_is() -> None:
    first = pump("a", flow=1.0)
    first.parts, first.spare, first.site = [first], first, None
    assert repr(first) == "PumpWrite(:a, flow=1.0, parts=[PumpWrite(:a)], spare=PumpWrite(:a))"
    assert (first.as_id(), PipeWrite(external_id="e").as_id()) == (NodeId("", "a"), EdgeId("", "e"))


# --- graphs ---------------------------------------------------------------------------------------


def test_graphs_may_be_deeper_than_the_stack() -> None:
    deepest = current = pump("p0")
    for number in range(1, 20_000):
        current = pump(f"p{number}", spare=current, parts=[current])
    plan = planned(current)
    assert [one.external_id for one in plan.items[:20_000]] == [f"p{number}" for number in range(20_000)]
    assert len(plan.items) == 20_000 + 19_999
    assert deepest.external_id == "p0"


def test_what_is_met_twice_is_written_once() -> None:
    site = SiteWrite(external_id="s", name="S")
    plan = planned([pump("a", site=site), pump("b", site=site), site])
    assert [one.external_id for one in plan.items] == ["s", "a", "b"]


def test_objects_that_agree_become_one() -> None:
    """Two objects of one class, and one of another view of the same node."""
    plan = planned(
        [
            pump("a", flow=1.0, existing_version=3),
            pump("a", type="t", flow=1.0, node_type=NodeId("plant", "T")),
            SiteWrite(external_id="a", name="A"),
        ]
    )
    (item,) = plan.items
    assert (item.existing_version, item.type) == (3, NodeId("plant", "T"))
    assert {source.source: source.properties for source in item.sources or ()} == {
        PUMP: {"ratedFlow": 1.0, "type": "t"},
        SITE: {"name": "A"},
    }


def test_all_conflicts_are_told_and_nobody_wins() -> None:
    with pytest.raises(WriteConflictError, match="contradict each other, so nothing was sent") as caught:
        planned(
            [
                pump("a", flow=1.0, type="x", existing_version=1),
                pump("a", flow=2.0, type=None, existing_version=2, node_type=NodeId("plant", "T")),
                pump("a", node_type=NodeId("plant", "U")),
                PipeWrite(external_id="e", edge_type=FEEDS, start_node=NodeId("a", "b"), end_node=NodeId("a", "c")),
                PipeWrite(
                    external_id="e", edge_type=FEEDS, start_node=NodeId("a", "c"), end_node=NodeId("a", "b"), space="a"
                ),
            ]
        )
    told = caught.value.conflicts
    assert len(told) == 5
    assert "node plant:a, plant:Pump/1, ratedFlow: 1.0 and 2.0" in told
    assert "node plant:a, existing_version: 1 and 2" in told
    assert any("plant:T and plant:U" in one for one in told)
    assert any("edge a:e is given with different types or ends" in one for one in told)
    with pytest.raises(WriteConflictError, match="and 5 more"):
        planned([pump(str(number % 10), flow=float(number)) for number in range(20)])


def test_true_is_not_one() -> None:
    with pytest.raises(WriteConflictError):
        planned([pump(type=True), pump(type=1)])


def test_edges_lie_the_way_that_the_relation_goes() -> None:
    other, plan = NodeId("plant", "b"), planned(pump("a", feeds=[NodeId("plant", "b")], fed_by=[NodeId("plant", "b")]))
    edges = [one for one in plan.items if isinstance(one, EdgeWrite)]
    me = NodeId("plant", "a")
    assert [(one.type, one.start_node, one.end_node) for one in edges] == [(FEEDS, me, other), (FEEDS, other, me)]
    assert {one.space for one in edges} == {"plant"}


def test_an_edge_object_may_leave_out_the_node_it_stands_at() -> None:
    far = pump("far")
    one = PipeWrite(end_node=far, metres=2.0)
    two = PipeWrite(
        external_id="mine", space="elsewhere", start_node=NodeId("plant", "a"), end_node=far, existing_version=2
    )
    plan = planned([pump("a", feeds=[one, two]), pump("b", feeds=[one])])
    edges = {str(item.start_node) + item.external_id[:4]: item for item in plan.items if isinstance(item, EdgeWrite)}
    assert sorted(edges) == ["plant:aa:fa", "plant:amine", "plant:bb:fa"]
    assert edges["plant:amine"].existing_version == 2
    assert (one.start_node, one.external_id) == (UNSET, ""), "what was given is not changed"


@pytest.mark.parametrize(
    ("write", "why"),
    [
        (pump("a", feeds=[PipeWrite(start_node=NodeId("x", "y"), end_node=pump("b"))]), "but its start_node is x:y"),
        (pump("a", feeds=[PipeWrite(metres=1.0)]), "it has no end_node"),
        (pump("a", feeds=[PipeWrite(end_node=pump("b"), edge_type=SPARE)]), f"edges are of type {FEEDS}, but"),
        (PipeWrite(start_node=pump("a"), end_node=pump("b")), "it has no edge_type"),
        (PipeWrite(edge_type=FEEDS, end_node=pump("b")), "it has no start_node"),
        (PipeWrite(edge_type=FEEDS, start_node=SiteWrite(external_id="s"), end_node=pump("b")), "SiteWrite does not"),  # type: ignore[arg-type]  # what is refused at run time too
        (PumpWrite(name="P", external_id="nowhere"), "it has no space"),
        (PumpWrite(name="P", space="plant"), "it has no external_id"),
    ],
)
def test_edges_and_ids_that_do_not_fit_are_refused(write: Any, why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(why)):
        planned(write, WriteDefaults(space="plant" if write.external_id != "nowhere" else ""))


def test_what_was_read_must_be_turned_into_a_write_object() -> None:
    with pytest.raises(UsageError, match="give what `as_write\\(\\)` makes of it"):
        planned([Pump(name="P")])  # type: ignore[list-item]  # what is refused at run time too
    for wrong in (Pump(name="P"), None, "pump", {"name": "P"}):
        with pytest.raises(UsageError, match="cannot be upserted"):
            planned(wrong)  # type: ignore[arg-type]  # as above


def test_bare_edges_can_be_written_by_themselves() -> None:
    edge = BareEdgeWrite(external_id="e", edge_type=SPARE, start_node=pump("a"), end_node=NodeId("plant", "b"))
    plan = planned(edge)
    assert [one.external_id for one in plan.items] == ["a", "e"]
    assert plan.items[1].sources is None
    assert plan.to_dict()["items"][1] == {
        "instanceType": "edge",
        "space": "plant",
        "externalId": "e",
        "type": {"space": "plant", "externalId": "Pump.spare"},
        "startNode": {"space": "plant", "externalId": "a"},
        "endNode": {"space": "plant", "externalId": "b"},
    }


def test_bare_edges_that_were_read_can_be_written() -> None:
    ends: dict[str, Any] = {"start_node": NodeId("plant", "a"), "end_node": NodeId("plant", "b")}
    read = PygenEdge(space="plant", external_id="e", version=3, edge_type=SPARE, **ends)
    (item,) = planned(as_write(read, BareEdgeWrite)).items
    assert item == EdgeWrite(space="plant", external_id="e", type=SPARE, existing_version=3, **ends)


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), max_size=40))
def test_what_is_needed_comes_first_unless_it_is_a_circle(arrows: list[tuple[int, int]]) -> None:
    needs: dict[int, list[int]] = {number: [] for number in range(13)}
    for one, other in arrows:
        needs[one].append(other)
    ordered = dependencies_first(range(10), lambda key: needs[key])
    assert sorted(ordered) == list(range(10))
    place = {key: number for number, key in enumerate(ordered)}

    def reaches(start: int, goal: int) -> bool:
        seen, left = set[int](), [start]
        while left:
            for one in needs[left.pop()]:
                if one in place and one not in seen:
                    seen.add(one)
                    left.append(one)
        return goal in seen

    for one, others in needs.items():
        for other in others:
            if one in place and other in place and not reaches(other, one):
                assert place[other] < place[one]


# --- ids ------------------------------------------------------------------------------------------


def test_ids_come_from_the_client_and_objects_stay_as_they_are() -> None:
    one, other = WriteDefaults(space="x", node_id=counted_ids()), WriteDefaults(space="y", node_id=lambda _: "always")
    write = PumpWrite(name="P", parts=[PumpWrite(name="Q")])
    assert [item.external_id for item in planned(write, one).items] == ["Pump-2", "Pump-1"]
    assert [item.external_id for item in planned(write, one).items] == ["Pump-4", "Pump-3"]
    with pytest.raises(WriteConflictError, match="name"):
        planned(write, other)
    assert (write.space, write.external_id) == ("", "")
    assert [item.external_id for item in planned(write, WriteDefaults(space="z", node_id=counted_ids(7))).items] == [
        "Pump-8",
        "Pump-7",
    ]


def test_counters_are_safe_between_threads() -> None:
    make, found = counted_ids(), list[str]()
    threads = [threading.Thread(target=lambda: found.extend(make(pump()) for _ in range(500))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 2000


def test_ids_of_content_depend_on_content_alone() -> None:
    make = content_ids()
    one = pump("", flow=1.0, type="a", site=NodeId("a", "b"), seen=datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
    same = pump("", type="a", flow=1.0, site=NodeId("a", "b"), seen=datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC))
    assert make(one) == make(same)
    others = [pump("", flow=2.0), pump("", flow=None), pump(""), SiteWrite(), pump("", parts=[NodeId("a", "b")])]
    assert len({make(each) for each in (one, *others)}) == 6
    assert make(pump("", parts=[pump("q"), pump("")])) == make(pump("", parts=[NodeId("", "q")]))


def test_ids_can_be_prefixed_and_shortened() -> None:
    assert prefixed("pump", lambda _: "x")(pump()) == "pump:x"
    assert shortened(prefixed("pump", lambda _: "x", "-"), 5)(pump()) == "pump-"
    assert len(random_ids()(pump())) == 32
    assert random_ids()(pump()) != random_ids()(pump())
    with pytest.raises(UsageError, match="0 characters"):
        shortened(random_ids(), 0)


IDS = st.builds(NodeId, st.sampled_from(["a", "b"]), st.text(st.sampled_from("a:b"), min_size=1, max_size=4))
ENDS = st.builds(EdgeEnds, type=IDS, start=IDS, end=IDS)


@given(ENDS, ENDS)
def test_ids_of_edges_are_the_same_only_for_the_same_edge(one: EdgeEnds, other: EdgeEnds) -> None:
    assert (edge_id_of_ends(one) == edge_id_of_ends(other)) == (one == other)


@pytest.mark.parametrize("made", ["", None, 7])
def test_an_id_that_is_none_is_refused(made: Any) -> None:
    with pytest.raises(UsageError, match=r"node_id made .* no external id"):
        planned(PumpWrite(name="P"), WriteDefaults(space="plant", node_id=lambda _: made))
    with pytest.raises(UsageError, match=r"edge_id made .* no external id"):
        planned(pump("a", feeds=[pump("b")]), WriteDefaults(space="plant", edge_id=lambda _: made))


def test_ids_of_edges_fit_however_long_the_ends_are() -> None:
    long = NodeId("s", "x" * 255)
    ends = EdgeEnds(type=long, start=long, end=long)
    assert len(edge_id_of_ends(ends)) <= 255
    assert edge_id_of_ends(EdgeEnds(type=FEEDS, start=NodeId("s", "a"), end=NodeId("s", "b"))).startswith("a:b:")
    custom = WriteDefaults(space="plant", edge_id=lambda ends: f"{ends.start.external_id}->{ends.end.external_id}")
    plan = planned(pump("a", spare=NodeId("plant", "b")), custom)
    assert [one.external_id for one in plan.items] == ["a", "a->b"]


def test_write_objects_compare_by_what_they_say() -> None:
    assert pump(flow=1.0) == pump(flow=1.0)
    assert pump(flow=1.0) != pump(flow=None)
    assert msgspec.structs.replace(pump(), flow=2.0) == pump(flow=2.0)
    copied = pickle.loads(pickle.dumps(pump(flow=1.0, parts=[pump("q")])))
    assert copied == pump(flow=1.0, parts=[pump("q")])
    assert copied.type is UNSET


@given(st.datetimes(timezones=st.just(datetime.UTC)))
def test_every_moment_is_sent_to_the_millisecond(moment: datetime.datetime) -> None:
    assert encoded(moment) == moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    there = moment.astimezone(datetime.timezone(datetime.timedelta(hours=2))) if 1 < moment.year < 9999 else moment
    assert encoded(there) == encoded(moment)


class OfAnotherKind(datetime.datetime):
    """As pandas has its own."""


def test_moments_of_other_classes_are_sent_like_any() -> None:
    moment = OfAnotherKind(2026, 1, 2, 3, 4, 5, 678_901, tzinfo=datetime.UTC)
    assert encoded(moment) == "2026-01-02T03:04:05.678Z"
