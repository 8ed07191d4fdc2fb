"""What an editor knows of the read half of an SDK: twins, Protocols, the ends of edges, lists. Wrong uses are errors in both checkers."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, get_args, get_type_hints

from pygen_codegen.python.names import settle
from pygen_runtime.sdk import EdgeConditions, NodeConditions, SyncResource, relations
from tests.codegen.python_models import ASSETS, COLLISIONS, EVERYTHING
from tests.codegen.python_tools import generate, mypy, pyright, write

ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]

USAGE = """
from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, assert_type

import pandas as pd
import polars as pl
from pygen_codegen.python.names import settle
from pygen_runtime.sdk import EdgeLike, InstanceLike, NodeId, NodeLike, PygenClient, PygenList, SyncQuery

from assets import (
    Asset,
    AssetLike,
    AssetsClient,
    AsyncAssetsClient,
    DescribableLike,
    Flow,
    FlowLike,
    HotFlow,
    Pump,
    SourceableLike,
    SyncAsset,
    SyncFlow,
    SyncPump,
    System,
)
from everything.fields import EverythingFields
from everything import AsyncEverythingClient, EverythingClient, Other, SyncEverything, SyncLink, SyncOther, SyncSharedEdge


def described(thing: DescribableLike) -> str:
    assert_type(thing.name, str | None)
    assert_type(thing.as_id(), NodeId)
    thing.name = "new"  # type: ignore[misc]
    return f"{thing.name} {thing.version} {thing.last_updated_time.isoformat()}"


def from_where(things: Iterable[SourceableLike]) -> list[NodeId | None]:
    return [thing.source_id for thing in things]


def heavy(things: Sequence[AssetLike]) -> float:
    for thing in things:
        described(thing)
        print(thing.code)  # type: ignore[attr-defined]
    return sum(thing.weight or 0.0 for thing in things)


def any_node(thing: NodeLike) -> None: ...
def any_edge(thing: EdgeLike) -> None: ...
def any_instance(thing: InstanceLike) -> None: ...
def hot(thing: FlowLike) -> float | None:
    return thing.litres


def of_views(asset: Asset, pump: Pump, twin: SyncPump, system: System, flow: Flow, hot_flow: HotFlow) -> None:
    print(described(asset), described(pump), described(twin), described(system))
    from_where([asset, pump, twin])
    print(heavy(PygenList([twin])), heavy([asset, pump]))
    any_node(asset)
    any_edge(flow)
    any_instance(pump)
    any_instance(flow)
    print(hot(flow), hot(hot_flow))
    heavy([system])  # type: ignore[list-item]
    described(flow)  # type: ignore[arg-type]
    any_node(flow)  # type: ignore[arg-type]


async def ends(flow: Flow, twin: SyncFlow) -> None:
    assert_type(await flow.end.get(), Asset | None)
    assert_type(twin.end.get(), SyncAsset | None)
    assert_type(twin.start_.id, NodeId | None)
    assert_type(flow.start, str | None)


def without_await(client: EverythingClient, shared: PygenClient) -> None:
    assert_type(client.everything.filter(text_value_prefix="a"), SyncQuery[SyncEverything, EverythingFields])
    assert_type(client.everything.list(min_int_32_value=1, limit=None), PygenList[SyncEverything])
    for item in client.everything.all():
        assert_type(item.other.get(), SyncOther | None)
        assert_type(item.links.edges().first(), SyncLink | None)
        assert_type(item.shared_link.edge(), SyncSharedEdge | None)
        for each in item.others:
            plain: Other = each
            print(plain)
    client.everything.list(nothing=1)  # type: ignore[call-arg]
    client.everything.list(int_32_value="one")  # type: ignore[arg-type]
    print(AssetsClient(shared), EverythingClient(shared))
    AsyncAssetsClient(shared)  # type: ignore[arg-type]


def lists(pumps: PygenList[Pump]) -> None:
    assert_type(pumps[1:], PygenList[Pump])
    assert_type(pumps[0], Pump)
    assert_type(pumps.copy(), PygenList[Pump])
    assert_type(pumps.as_external_ids(), list[str])
    assert_type(pumps.ids_of("source"), list[NodeId])
    assert_type(pumps.to_pandas(), pd.DataFrame)
    assert_type(pumps.to_polars(), pl.DataFrame)
    pumps.to_arrow().num_rows
    assert_type(pumps.resource, type[Pump])
"""


def test_checkers_know_the_read_half_exactly(tmp_path: Path, checker_cache: Path) -> None:
    folder = tmp_path / "sdks"
    write(folder / "assets", generate(ASSETS, "assets"))
    write(folder / "everything", generate(EVERYTHING, "everything"))
    write(folder, {"usage.py": USAGE})
    assert mypy(checker_cache, folder) == ""
    assert pyright(folder) == ""


def test_protocols_hold_what_all_that_implement_the_view_have(import_sdk: ImportSdk) -> None:
    package = import_sdk("of_assets", generate(ASSETS, "of_assets"))
    protocols = {name: getattr(package, name) for name in package.__all__ if name.endswith("Like")}
    assert {name: list(inspect.get_annotations(each)) for name, each in protocols.items()} == {
        "AssetLike": ["weight"],
        "DescribableLike": ["tags", "kind"],  # and the name, which is never empty in some classes
        "FlowLike": ["litres", "start"],
        "SourceableLike": ["source_id", "data"],
    }
    read_only = {name: [key for key in vars(each) if not key.startswith("_")] for name, each in protocols.items()}
    assert read_only == {"AssetLike": [], "DescribableLike": ["name"], "FlowLike": [], "SourceableLike": []}
    assert "protocols.py" not in generate(EVERYTHING)


def test_conditions_build_on_those_of_a_view_above_and_are_complete(import_sdk: ImportSdk) -> None:
    for model in (ASSETS, COLLISIONS, EVERYTHING):
        name = f"conditions_of_{model.id.external_id.lower()}"
        import_sdk(name, generate(model, name))
        module = importlib.import_module(f"{name}.filters")
        for cls in settle(model).classes:
            shared = get_type_hints(NodeConditions if cls.kind == "node" else EdgeConditions)
            hints = get_type_hints(getattr(module, cls.conditions), include_extras=True)
            told = {key: get_args(hint)[1] for key, hint in hints.items() if key not in shared}
            assert {key: each.property for key, each in told.items()} == {
                keyword: source for (source, _), keyword in cls.keywords.items()
            }
    text = generate(ASSETS)["filters.py"]
    assert "class AssetConditions(DescribableConditions, total=False):" in text
    assert "class PumpConditions(NodeConditions, total=False):" in text  # its name is of another type than Asset's


def test_ends_of_edges_lead_to_the_topmost_view_that_relations_name(import_sdk: ImportSdk) -> None:
    package = import_sdk("with_ends", generate(ASSETS, "with_ends"))
    ends = {name: relation.target for name, relation in relations(package.Flow).items()}
    assert ends == {"start_": package.Asset, "end": package.Asset}
    assert relations(package.HotFlow) == {}


def test_each_class_has_a_twin_that_differs_in_its_relations_only(import_sdk: ImportSdk) -> None:
    for model in (ASSETS, COLLISIONS, EVERYTHING):
        name = f"twins_of_{model.id.external_id.lower()}"
        import_sdk(name, generate(model, name))
        verbs = _verbs(importlib.import_module(f"{name}.api"))
        assert len(verbs["async"]) == sum(len({method.instances for method in view.methods}) for view in model.classes)
        assert verbs["async"] == verbs["sync"]
        for cls in settle(model).classes:
            data_classes = importlib.import_module(f"{name}.data_classes")
            one, twin = getattr(data_classes, cls.name), getattr(data_classes, cls.sync)
            assert twin.__mro__[:3] == (twin, SyncResource, one)
            assert one.__struct_fields__ == twin.__struct_fields__
            for attribute, relation in relations(one).items():
                assert relation.target.__name__ in {each.name for each in settle(model).classes}, attribute


def _verbs(api: ModuleType) -> dict[str, dict[Any, Any]]:
    """Kind of client → conditions of the view and whether of edges → verbs of the generated class, with their parameters."""
    found: dict[str, dict[Any, Any]] = {"async": {}, "sync": {}}
    classes: list[Any] = [cls for _, cls in inspect.getmembers(api, inspect.isclass) if cls.__module__ == api.__name__]
    for cls in classes:
        kind = "sync" if issubclass(cls.resource, SyncResource) else "async"
        found[kind][cls.conditions] = {
            name: list(inspect.signature(verb).parameters.values())
            for name, verb in vars(cls).items()
            if inspect.isfunction(verb)
        }
    return found
