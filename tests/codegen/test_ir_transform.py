"""Choosing views, their order, and what follows from a model: who implements whom, and both ends of relations."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import chain, product
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.ir import wide_model
from pygen_codegen.errors import ModelError
from pygen_codegen.ir import (
    IRModel,
    analyse,
    ancestors,
    by_dependency,
    implementers,
    inherited,
    inverses,
    select_views,
)
from pygen_codegen.ir.graph import components, cycles, reachable
from pygen_runtime.schema import ViewId
from tests.codegen.api_models import container_ref, data_model, direct, edge, mapped, reverse, view, view_ref

TEXT: dict[str, Any] = {"type": "text"}
STATE: dict[str, Any] = {"type": "enum", "values": {"on": None}}


def id_(external_id: str) -> ViewId:
    return ViewId("power", external_id, "1")


def named(ids: Any) -> list[str]:
    return [id.external_id for id in ids]


def plant() -> IRModel:
    """Pump → Machine → Named; pumps stand in a site, and are linked by pipes; sites have pumps, and an owner."""
    own = {"serial": mapped(TEXT, "serial"), "name": mapped(TEXT, "name")}
    return analyse(
        [
            data_model(
                view(
                    "Pump",
                    {
                        **own,
                        "state": mapped(STATE, "state"),
                        "site": mapped(direct("Site"), "site"),
                        "feeds": edge(source=view_ref("Machine"), edgeSource=view_ref("Pipe")),
                        "fedBy": edge(source=view_ref("Pump"), edgeSource=view_ref("Pipe"), direction="inwards"),
                    },
                    implements=[view_ref("Machine")],
                ),
                view("Machine", own, implements=[view_ref("Named")]),
                view("Named", {"name": mapped(TEXT, "name")}),
                view(
                    "Site",
                    {
                        "owner": mapped(direct("Owner"), "owner"),
                        "pumps": reverse("Pump", view_ref("Pump"), "site"),
                        "allPumps": reverse("Pump", container_ref(), "site"),
                    },
                ),
                view("Owner", {"name": mapped(TEXT, "name")}),
                view("Pipe", {"length": mapped({"type": "float64"}, "length")}, usedFor="edge"),
            )
        ]
    ).model


@pytest.mark.parametrize(
    ("include", "exclude", "kept"),
    [
        (["Pump"], [], "Machine Named Pipe Pump"),
        (["Site"], [], "Site"),
        (["S*", "Owner"], [], "Owner Site"),
        (["power:Owner/1"], [], "Owner"),
        (["power:*/1"], ["*i*e"], "Named Owner Pump"),
        ([], ["Owner"], "Machine Named Pipe Pump Site"),
        ([], [], "Machine Named Owner Pipe Pump Site"),
    ],
)
def test_chosen_views_bring_what_they_need(include: list[str], exclude: list[str], kept: str) -> None:
    model = select_views(plant(), include, exclude)
    assert " ".join(named(each.id for each in model.classes)) == kept
    assert list(model.data_models[0].views) == [each.id for each in model.classes]
    assert bool(model.enums) == ("Pump" in kept.split())


def test_chosen_views_bring_what_relations_lead_to_on_request() -> None:
    assert len(select_views(plant(), ["Pump"], relations=True).classes) == 6
    assert len(select_views(plant(), ["Site"], ["Pump"], relations=True).classes) == 2


@pytest.mark.parametrize(
    ("include", "exclude", "message"), [(["Nobody"], [], "'Nobody'"), ([], ["*"], "no view .* left")]
)
def test_a_choice_of_nothing_is_refused(include: list[str], exclude: list[str], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        select_views(plant(), include, exclude)


def test_a_choice_can_be_made_while_analysing_and_tells_only_of_what_is_kept() -> None:
    views = [view("A", {"p": mapped(direct("B"))}), view("B", {"p": mapped(TEXT), "q": mapped(direct("Gone"))})]
    analysis = analyse([data_model(*views)], include=["A"])
    assert named(each.id for each in analysis.model.classes) == ["A"]
    assert [(each.code, each.view, each.message) for each in analysis.findings] == [
        ("view-left-out", id_("A"), "the relation 'p' of power:A/1 leads to power:B/1, which was left out")
    ]


def test_what_was_left_out_is_not_told_as_missing() -> None:
    """So a choice of views passes `--strict`, and only what nobody has is warned of."""
    pipe = view("Pipe", {"length": mapped({"type": "float64"}, "length")}, usedFor="edge")
    pump = view("Pump", {"feeds": edge(edgeSource=view_ref("Pipe")), "gone": mapped(direct("Gone"), "gone")})
    analysis = analyse(
        [data_model(pump, pipe, view("Blade", {"name": mapped(TEXT, "name")}))], exclude=["Pipe", "Blade"]
    )
    told = [(each.code, each.property, each.severity) for each in analysis.findings]
    assert told == [
        ("view-left-out", "feeds", "info"),
        ("view-left-out", "feeds", "info"),
        ("missing-target", "gone", "warning"),
    ]
    assert [each.done for each in analysis.findings] == [
        "an SDK cannot follow it; include the view to have more",
        "the edges come without their properties; include the view to have more",
        "ids instead of a relation",
    ]


def test_classes_can_be_had_by_dependency() -> None:
    assert " ".join(named(each.id for each in by_dependency(plant()))) == "Named Machine Owner Pipe Pump Site"


def test_who_implements_whom_is_kept() -> None:
    model = plant()
    assert ancestors(model)[id_("Pump")] == (id_("Machine"), id_("Named"))
    assert implementers(model) == {id_("Machine"): (id_("Pump"),), id_("Named"): (id_("Machine"),)}
    assert inherited(model)[id_("Pump")] == {"serial": id_("Machine"), "name": id_("Named")}
    assert inherited(model)[id_("Owner")] == {}


def test_relations_are_known_from_both_ends() -> None:
    ends = inverses(plant())
    site, pumps, all_pumps = (id_("Pump"), "site"), (id_("Site"), "pumps"), (id_("Site"), "allPumps")
    assert ends[site] == (all_pumps, pumps)
    assert ends[pumps] == ends[all_pumps] == (site,)
    assert ends[id_("Pump"), "feeds"] == ((id_("Pump"), "fedBy"),)
    assert (id_("Site"), "owner") not in ends


def test_a_model_is_its_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(plant()), type=IRModel) == plant()


graphs = st.integers(1, 8).flatmap(
    lambda size: st.lists(st.lists(st.integers(0, size), max_size=4), min_size=size, max_size=size)
)


@given(graphs)
def test_components_are_those_that_reach_one_another(leads: list[list[int]]) -> None:
    edges = dict(enumerate(leads))
    reach = {node: set(reachable([node], edges)) for node in edges}
    found = components(edges)
    assert sorted(chain.from_iterable(found)) == list(edges)
    for component in found:
        for one, other in product(component, edges):
            assert (other in component) == (other in reach[one] and one in reach[other])
    place = {node: position for position, component in enumerate(found) for node in component}
    assert all(place[to] <= place[node] for node in edges for to in edges[node] if to in edges)
    assert cycles(edges) == [each for each in found if len(each) > 1 or each[0] in edges[each[0]]]


def test_chains_may_be_as_deep_as_they_like() -> None:
    deep = {node: [node + 1] for node in range(20_000)}
    assert len(components(deep)) == len(reachable([0], deep)) == 20_000


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, builtin ones included: a measure of work that no busy machine disturbs."""
    count = 0

    def counted(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def test_work_grows_with_the_model_and_no_faster() -> None:
    def work(views: int) -> int:
        model = wide_model(views)

        def all_of_it() -> None:
            parsed = analyse([model]).model
            for transform in (by_dependency, inverses, inherited):
                transform(parsed)

        return calls(all_of_it)

    once, twice = work(40), work(80)
    assert twice < 2.1 * once
