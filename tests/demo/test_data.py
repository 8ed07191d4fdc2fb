"""The generator of instances: the same every time, valid by the contract, and what it promises is what it makes."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pygen.demo.data import DataPlan, plan_data
from pygen.demo.errors import DemoError
from pygen.demo.model import WEIGHTS, wind_farm
from pygen.sources import load_file
from pygen_runtime.schema import Container, DataModel, EdgeWrite, InstanceWrite, NodeId, NodeWrite
from pygen_runtime.schema.codec import convert, encode
from tests.demo.contract import expected_counts, mapped, problems
from tests.demo.reading import model_of, read_containers, read_form, text, view_of


@pytest.fixture(scope="module")
def wind() -> DataModel:
    return read_form(wind_farm())


def planned(model: DataModel, instances: int, **keys: Any) -> DataPlan:
    return plan_data(model, instances, space="data", **keys)


def made(plan: DataPlan) -> list[InstanceWrite]:
    return [one for population in plan.populations for one in plan.instances(population)]


def promises(plan: DataPlan, kind: str) -> dict[str, int | None]:
    expected = plan.expected()
    return {view.external_id: number for view, number in (expected.nodes if kind == "node" else expected.edges).items()}


def valid(model: DataModel, plan: DataPlan, containers: list[Container] | None = None) -> list[InstanceWrite]:
    """Everything that a plan makes, after checking it and the plan's promises."""
    instances = made(plan)
    assert problems(model, containers or [], instances) == []
    assert len(instances) == plan.total
    assert promises(plan, "node") == expected_counts(model, instances, "node")
    assert promises(plan, "edge") == expected_counts(model, instances, "edge")
    types = Counter(one.type for one in instances if isinstance(one, EdgeWrite))
    assert plan.expected().edge_types == types
    return instances


@pytest.mark.parametrize("instances", [15, 16, 100, 5000])
def test_wind_farms_are_valid_and_exactly_as_many_as_asked_for(wind: DataModel, instances: int) -> None:
    containers = read_containers(wind_farm())
    plan = planned(wind, instances, containers=containers, weights=WEIGHTS)
    assert len(valid(wind, plan, containers)) == instances
    assert plan.skipped == ()


def test_every_property_gets_values_and_most_nullable_ones_are_sometimes_null(wind: DataModel) -> None:
    plan = planned(wind, 5000)
    written = Counter(
        (source.source.external_id, name)
        for one in made(plan)
        for source in one.sources or []
        for name in source.properties
    )
    totals = {(one.recipe.view or wind).external_id: one.count for one in plan.populations}
    nullable: list[bool] = []
    for view in wind.views or []:
        if view.external_id not in totals:
            continue
        for name, it in mapped(view).items():
            assert written[view.external_id, name] > 0, name
            if it.nullable is not False:
                nullable.append(written[view.external_id, name] < totals[view.external_id])
    assert sum(nullable) > 0.7 * len(nullable)


def test_the_same_every_time_and_different_from_one_to_the_next(wind: DataModel) -> None:
    first, again = made(planned(wind, 500)), made(planned(wind, 500))
    assert encode(first) == encode(again)
    turbines = [one for one in first if one.external_id.startswith("wind_turbine_") and isinstance(one, NodeWrite)]
    assert len({encode(one.sources) for one in turbines}) == len(turbines)


def test_names_are_for_people(wind: DataModel) -> None:
    turbines = [one for one in made(planned(wind, 400)) if one.external_id == "wind_turbine_17"]
    values = (turbines[0].sources or [])[0].properties
    assert values["name"] == "Wind turbine 17"
    assert 2 <= values["ratedCapacity"] <= 15
    assert 80 <= values["hubHeight"] <= 160


def test_blades_are_shared_out_in_order(wind: DataModel) -> None:
    plan = planned(wind, 1000, weights=WEIGHTS)
    blades = [
        blade for one in made(plan) for source in one.sources or [] for blade in source.properties.get("blades", [])
    ]
    assert len(blades) == len(set(blades))
    assert blades == sorted(blades, key=lambda blade: int(blade.external_id.removeprefix("blade_")))


def test_instances_are_made_one_by_one(wind: DataModel) -> None:
    plan = planned(wind, 10**9)
    alarm = next(one for one in plan.populations if one.recipe.name == "Alarm")
    assert next(plan.instances(alarm)).external_id == "alarm_1"
    assert plan.total == 10**9
    assert sum(number or 0 for number in plan.expected().nodes.values()) > 10**8


def test_too_few_are_refused_with_the_least_number(wind: DataModel) -> None:
    with pytest.raises(DemoError, match=r"14 instances are too few for wind:WindFarm/v1.* ask for 15 or more"):
        planned(wind, 14)


def test_a_model_without_views_of_nodes_is_refused() -> None:
    with pytest.raises(DemoError, match="no views of nodes"):
        planned(model_of(), 10)


def test_a_model_that_cannot_be_written_is_refused_with_the_reasons() -> None:
    unwritable = view_of("A", writable=False, properties={"name": text("A")})
    with pytest.raises(DemoError, match="A: it does not show all the properties"):
        planned(model_of(unwritable), 10)


def test_parents_count_the_nodes_of_their_children() -> None:
    parent = view_of("Parent", properties={"name": text("Parent")})
    link = {"type": "view", "space": "s", "externalId": "Parent", "version": "1"}
    children = [
        view_of(name, implements=[link], properties={"name": text("Parent"), "own": text(name, "own")}) for name in "AB"
    ]
    model = model_of(parent, *children)
    plan = planned(model, 11)
    valid(model, plan)
    assert promises(plan, "node") == {"Parent": 11, "A": 6, "B": 5}


def test_node_types_and_values_that_filters_ask_for_are_set() -> None:
    by_type = {"equals": {"property": ["node", "type"], "value": {"space": "types", "externalId": "T"}}}
    has = {"hasData": [{"type": "container", "space": "s", "externalId": "Other"}]}
    by_value = {"and": [has, {"equals": {"property": ["s", "Other", "kind"], "value": "green"}}]}
    model = model_of(
        view_of("Typed", filter=by_type, properties={"name": text("Thing")}),
        view_of("Untyped", properties={"name": text("Thing")}),
        view_of("Green", filter=by_value, properties={"name": text("Thing")}),
        view_of("Other", properties={"kind": text("Other", "kind"), "must": text("Other", "must", nullable=False)}),
    )
    plan = planned(model, 40)
    instances = valid(model, plan)
    assert {one.type for one in instances if one.external_id.startswith("typed")} == {NodeId("types", "T")}
    assert promises(plan, "node") == {"Typed": 10, "Untyped": 30, "Green": 10, "Other": 20}
    assert plan.spaces == ["data", "types"]


def test_a_view_whose_filter_looks_at_free_values_is_counted_one_by_one() -> None:
    values = {"type": "enum", "values": {"low": None, "high": None}}
    many = view_of("Many", properties={"level": text("Level", "level", type=values)})
    high = {"equals": {"property": ["s", "Level", "level"], "value": "high"}}
    few = view_of("Few", filter=high, properties={"level": text("Level", "level", type=values)})
    model = model_of(many, few)
    plan = planned(model, 200)
    valid(model, plan)
    assert 100 < (promises(plan, "node")["Few"] or 0) < 200


def test_a_filter_that_cannot_be_decided_is_not_counted() -> None:
    nested = {"nested": {"scope": ["s", "Thing", "other"], "filter": {"matchAll": {}}}}
    plan = planned(model_of(view_of("A", filter=nested, properties={"name": text("Thing")})), 5)
    assert promises(plan, "node") == {"A": None}


def test_a_filter_that_nothing_meets_leaves_a_view_empty() -> None:
    never: dict[str, Any] = {"not": {"matchAll": {}}}
    model = model_of(
        view_of("Never", filter=never, properties={"name": text("Thing")}),
        view_of("A", properties={"name": text("Thing")}),
    )
    plan = planned(model, 5)
    valid_names = [one.name for one in plan.skipped]
    assert valid_names == ["Never"]
    assert promises(plan, "node") == {"Never": 0, "A": 5}


def constrained(container: str) -> dict[str, Any]:
    return {"type": "direct", "list": False, "container": {"type": "container", "space": "s", "externalId": container}}


def test_nodes_that_a_relation_must_find_are_written_first() -> None:
    model = model_of(
        view_of("A", properties={"b": text("A", "b", type=constrained("B"), nullable=False)}),
        view_of("B", properties={"name": text("B")}),
    )
    plan = planned(model, 20)
    valid(model, plan)
    assert [one.recipe.name for one in plan.populations] == ["B", "A"]


def test_a_circle_of_relations_that_must_find_nodes_is_left_open_where_it_may() -> None:
    model = model_of(
        view_of("A", properties={"b": text("A", "b", type=constrained("B")), "name": text("A")}),
        view_of("B", properties={"a": text("B", "a", type=constrained("A"), nullable=False)}),
    )
    plan = planned(model, 20)
    valid(model, plan)
    assert [one.recipe.name for one in plan.populations] == ["A", "B"]


def test_a_required_relation_to_nodes_that_cannot_be_is_a_reason_to_skip() -> None:
    model = model_of(
        view_of("A", properties={"x": text("A", "x", type=constrained("Elsewhere"), nullable=False)}),
        view_of("B", properties={"name": text("B")}),
    )
    plan = planned(model, 3)
    assert [(one.name, one.reason) for one in plan.skipped] == [("A", "no value can be made for the property x")]


def test_relations_out_of_the_model_are_left_out_unless_something_must_be_there() -> None:
    out = {
        "type": "direct",
        "list": False,
        "source": {"type": "view", "space": "s", "externalId": "Elsewhere", "version": "1"},
    }
    model = model_of(
        view_of("A", properties={"x": text("A", "x", type=out), "name": text("A")}),
        view_of("B", properties={"x": text("B", "x", type=out)}),
    )
    written = {one.external_id: one.sources or [] for one in valid(model, planned(model, 4))}
    assert "x" not in written["a_1"][0].properties
    assert written["b_1"][0].properties == {"x": NodeId("data", "b_1")}


def test_types_newer_than_pygen_are_left_out() -> None:
    model = model_of(
        view_of("A", properties={"name": text("A"), "colour": text("A", "colour", type={"type": "colour"})}),
        view_of("B", properties={"colour": text("B", "colour", type={"type": "colour"})}),
    )
    plan = planned(model, 4)
    valid(model, plan)
    assert [(one.name, one.reason) for one in plan.skipped] == [("B", "nothing can be written to container s:B")]


@pytest.mark.parametrize(
    "type_",
    [
        {"type": "text", "maxTextSize": 4},
        {"type": "int32"},
        {"type": "float32"},
        {"type": "timestamp"},
        {"type": "date"},
        {"type": "json"},
        {"type": "file"},
        {"type": "direct"},
        {"type": "boolean"},
    ],
)
def test_uniqueness_constraints_hold_over_all_views(type_: dict[str, Any]) -> None:
    views = [
        view_of(name, properties={"key": text("Both", "key", type=type_), "n": text("Both", "n")}) for name in "AB"
    ]
    model = model_of(*views)
    containers = _unique("Both", {"key": {"type": type_}})
    plan = planned(model, 200, containers=containers)
    keys = [source.properties.get("key") for one in valid(model, plan, containers) for source in one.sources or []]
    assert (keys.count(None) == 200) == (type_["type"] == "boolean")


def test_a_uniqueness_constraint_over_few_values_is_a_reason_to_skip() -> None:
    boolean = {"type": "boolean"}
    model = model_of(
        view_of("A", properties={"key": text("A", "key", type=boolean, nullable=False)}),
        view_of("B", properties={"name": text("B")}),
    )
    plan = planned(model, 3, containers=_unique("A", {"key": {"type": boolean, "nullable": False}}))
    assert [(one.name, one.reason) for one in plan.skipped] == [("A", "a uniqueness constraint allows too few values")]


def _unique(name: str, properties: dict[str, Any]) -> list[Container]:
    constraints = {"u": {"constraintType": "uniqueness", "properties": list(properties)}}
    return [
        convert({"space": "s", "externalId": name, "properties": properties, "constraints": constraints}, Container)
    ]


def edge(to: str, *, kind: str = "multi", direction: str = "outwards", type_: str = "joins") -> dict[str, Any]:
    return {
        "connectionType": f"{kind}_edge_connection",
        "type": {"space": "s", "externalId": type_},
        "source": {"type": "view", "space": "s", "externalId": to, "version": "1"},
        "direction": direction,
    }


@pytest.mark.parametrize("kinds", [("single", "multi"), ("multi", "single"), ("single", "single")])
def test_single_edges_meet_each_node_once(kinds: tuple[str, str]) -> None:
    out, back = kinds
    model = model_of(
        view_of("A", properties={"name": text("A"), "b": edge("B", kind=out)}),
        view_of("B", properties={"name": text("B"), "a": edge("A", kind=back, direction="inwards")}),
    )
    plan = planned(model, 100, weights={"joins": 50})
    edges = [one for one in valid(model, plan) if isinstance(one, EdgeWrite)]
    assert plan.total == 100
    assert edges
    if out == "single":
        assert max(Counter(one.start_node for one in edges).values()) == 1
    if back == "single":
        assert max(Counter(one.end_node for one in edges).values()) == 1


def test_no_edge_joins_a_node_to_itself(wind: DataModel) -> None:
    neighbours = [one for one in made(planned(wind, 3000)) if one.external_id.startswith("wind_turbine_neighbours")]
    assert neighbours
    assert all(isinstance(one, EdgeWrite) and one.start_node != one.end_node for one in neighbours)


def test_edges_of_an_inherited_connection_are_made_once() -> None:
    link = {"type": "view", "space": "s", "externalId": "P", "version": "1"}
    model = model_of(
        view_of("P", properties={"name": text("P"), "joins": edge("P")}),
        view_of("C", implements=[link], properties={"name": text("P"), "joins": edge("P")}),
    )
    plan = planned(model, 10)
    assert [one.recipe.name for one in plan.populations] == ["C", "joins"]


def test_views_of_edges_that_no_connection_names_get_edges_too_and_dead_connections_none() -> None:
    model = model_of(
        view_of("A", properties={"name": text("A"), "x": edge("Elsewhere", type_="dead")}),
        view_of("Loose", usedFor="edge", properties={"note": text("Loose", "note")}),
    )
    plan = planned(model, 10)
    valid(model, plan)
    assert promises(plan, "edge") == {"A": 0, "Loose": 5}
    assert [(one.name, one.reason) for one in plan.skipped] == [
        ("dead", "there are no nodes that its edges could join")
    ]


def test_views_of_one_name_in_two_spaces_do_not_share_ids() -> None:
    model = model_of(
        view_of("A", properties={"name": text("A")}), view_of("A", space="t", properties={"n": text("T", "n")})
    )
    assert {one.external_id for one in valid(model, planned(model, 2))} == {"a_1", "a_2_1"}


@pytest.mark.models
@pytest.mark.parametrize("name", ["WindTurbine", "Omni", "CogniteCore"])
@pytest.mark.parametrize("instances", [50, 2000])
def test_real_models_are_filled_validly(models_dir: Path, name: str, instances: int) -> None:
    model = load_file(models_dir / name / "api_read" / "model.yaml")
    plan = planned(model, instances)
    valid(model, plan)
    assert plan.total == instances
    empty = [view for view, number in promises(plan, "node").items() if not number and not promises(plan, "edge")[view]]
    assert empty == []
