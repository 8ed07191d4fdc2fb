"""The core model is there from the start, and nobody can change it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pygen.server import Store
from pygen.server.schema import Json
from pygen.server.system.install import install
from pygen.server.system.units import INSTANCE_SPACE
from tests.server.support import SPACE, Api, container, container_id, data, mapped, node, view

CORE = {"space": "cdf_cdm", "externalId": "CogniteCore", "version": "v1"}
ASSET = {"type": "view", "space": "cdf_cdm", "externalId": "CogniteAsset", "version": "v1"}
SYSTEM_SPACES = {"cdf_cdm", "cdf_cdm_3d", INSTANCE_SPACE}


async def everything(api: Api, kind: str, **query: Any) -> list[Json]:
    answer = await api.get(f"/models/{kind}", includeGlobal="true", limit=1000, **query)
    return [one for one in answer["items"] if one["isGlobal"]]


async def test_it_is_global_and_listed_when_asked_for(bare_api: Api) -> None:
    for kind, count in (("spaces", 3), ("containers", 30), ("views", 34), ("datamodels", 1)):
        assert (await bare_api.get(f"/models/{kind}"))["items"] == []
        assert len(await everything(bare_api, kind)) == count
    (found,) = await bare_api.items("/models/datamodels/byids", CORE, inlineViews="true")
    assert found["isGlobal"]
    assert len(found["views"]) == 34
    assert all(one["isGlobal"] and one["queryable"] for one in found["views"])


@pytest.mark.parametrize(
    ("path", "item"),
    [
        ("/models/spaces", {"space": "cdf_cdm"}),
        ("/models/spaces/delete", {"space": "cdf_cdm_3d"}),
        ("/models/containers", {**container("Mine", {"x": "text"}), "space": "cdf_cdm"}),
        ("/models/containers", {**container("CogniteAsset", {"x": "text"}), "space": "cdf_cdm"}),
        ("/models/containers/delete", {"space": "cdf_cdm", "externalId": "CogniteAsset"}),
        *(
            (f"/models/containers/{part}/delete", {"space": "cdf_cdm", "containerExternalId": "CogniteAsset", "identifier": one})
            for part, one in (("constraints", "describablePresent"), ("indexes", "parent"))
        ),
        ("/models/views", {**view("Mine"), "space": "cdf_cdm"}),
        ("/models/views/delete", {"space": "cdf_cdm", "externalId": "CogniteAsset", "version": "v1"}),
        ("/models/datamodels", {**CORE, "views": []}),
        ("/models/datamodels/delete", CORE),
        ("/models/instances", {"instanceType": "node", "space": "cdf_cdm", "externalId": "a"}),
        ("/models/instances/delete", {"instanceType": "node", "space": INSTANCE_SPACE, "externalId": "length:m"}),
    ],
)  # fmt: skip
async def test_nobody_can_write_to_it(bare_api: Api, path: str, item: Json) -> None:
    before = [await everything(bare_api, kind) for kind in ("spaces", "containers", "views", "datamodels")]
    assert "global" in await bare_api.refused(path, {"items": [item]})
    assert before == [await everything(bare_api, kind) for kind in ("spaces", "containers", "views", "datamodels")]


async def test_models_build_on_it(api: Api) -> None:
    await api.container("Pump", {"flow": "float64"})
    await api.view("Pump", mapped("Pump", "flow"), implements=[ASSET])
    pump = {"type": "view", "space": SPACE, "externalId": "Pump", "version": "v1"}
    await api.write(node("site", data(ASSET, name="Site")))
    parent = {"space": SPACE, "externalId": "site"}
    await api.write(node("p1", data(pump, name="Pump 1", flow=1.5, parent=parent, tags=["a"], object3D=None)))
    (read,) = await api.listed(sources=[{"source": pump}])
    assert read["properties"][SPACE]["Pump/v1"] == {"name": "Pump 1", "flow": 1.5, "parent": parent, "tags": ["a"]}
    assert await api.ids(sources=[{"source": ASSET}]) == ["site", "p1"]


async def test_its_constraints_hold(api: Api) -> None:
    only_asset = {"type": "container", "space": "cdf_cdm", "externalId": "CogniteTimeSeries"}
    item = node("t", data(only_asset, type="numeric"))
    assert "describablePresent" in await api.refused("/models/instances", {"items": [item]})


async def test_units_are_nodes_that_lists_leave_out(api: Api) -> None:
    unit = {"type": "view", "space": "cdf_cdm", "externalId": "CogniteUnit", "version": "v1"}
    await api.write(node("mine", data(unit, symbol="x")))
    sources = [{"source": unit}]
    assert await api.ids() == ["mine"]
    assert await api.ids(sources=sources) == ["mine"]
    in_space = {"equals": {"property": ["node", "space"], "value": INSTANCE_SPACE}}
    celsius = {"equals": {"property": ["node", "externalId"], "value": "temperature:deg_c"}}
    assert "temperature:deg_c" in await api.ids(filter=in_space)
    (found,) = await api.listed(sources=sources, filter={"and": [in_space, celsius]})
    assert found["properties"]["cdf_cdm"]["CogniteUnit/v1"]["symbol"] == "°C"
    assert await api.ids(filter={"not": in_space}) == ["mine"]
    assert await api.ids(filter={"in": {"property": ["node", "space"], "values": [INSTANCE_SPACE]}}) == []
    assert await api.ids(filter={"equals": {"property": ["node", "space"], "value": SPACE}}) == ["mine"]
    assert await api.ids(filter={"equals": {"property": ["node", "space"], "value": "nowhere"}}) == []
    (by_id,) = await api.items(
        "/models/instances/byids", {"instanceType": "node", "space": INSTANCE_SPACE, "externalId": "length:m"}
    )
    assert by_id["externalId"] == "length:m"
    answer = await api.post("/models/instances/query", {"with": {"all": {"nodes": {}}}, "select": {"all": {}}})
    assert [one["externalId"] for one in answer["items"]["all"]] == ["mine"]


async def test_relations_lead_to_units_but_make_none(api: Api) -> None:
    series = {"type": "view", "space": "cdf_cdm", "externalId": "CogniteTimeSeries", "version": "v1"}
    unit = {"space": INSTANCE_SPACE, "externalId": "length:m"}
    await api.write(node("t", data(series, type="numeric", unit=unit, name="t")))
    followed = {"nested": {"scope": ["cdf_cdm", "CogniteTimeSeries/v1", "unit"], "filter": {"equals": {
        "property": ["cdf_cdm", "CogniteUnit/v1", "symbol"], "value": "m"}}}}  # fmt: skip
    assert await api.ids(filter=followed) == ["t"]
    await api.container("Any", {"to": "direct"})
    item = node("x", data(container_id("Any"), to={"space": INSTANCE_SPACE, "externalId": "length:elbow"}))
    assert "global" in await api.refused("/models/instances", {"items": [item]})


async def test_it_is_not_counted(bare_api: Api) -> None:
    answer = await bare_api.get("/models/statistics")
    for what in ("spaces", "containers", "views", "dataModels", "containerProperties"):
        assert answer[what]["count"] == 0
    assert answer["instances"]["instances"] == 0


def test_it_is_put_into_a_database_once(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data.db")
    install(store)
    with store.read() as transaction:
        before = transaction.schema
    install(store)
    with store.read() as transaction:
        assert transaction.schema is before
    store.close()


OMITTED = ("constraintState", "createdTime", "lastUpdatedTime", "isGlobal", "name", "description", "state")
CORE_FOLDER = "CogniteCore/api_write"


def recorded(models_dir: Path, name: str) -> Any:
    text = (models_dir / CORE_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def plain(value: Any) -> Any:
    """Without texts, bookkeeping, and what is as when it is absent."""
    if isinstance(value, dict):
        return {
            key: plain(part)
            for key, part in value.items()
            if part is not None
            and part is not False
            and part != {}
            and not (key in OMITTED and not isinstance(part, dict))
        }
    return [plain(part) for part in value] if isinstance(value, list) else value


def leaves(value: Any) -> Any:
    """References without their tags, which recordings have or not."""
    if isinstance(value, dict):
        tagged = value.get("type") in ("view", "container") and "externalId" in value
        return {key: leaves(part) for key, part in value.items() if not (tagged and key == "type")}
    return [leaves(part) for part in value] if isinstance(value, list) else value


def by_id(items: list[Json]) -> dict[str, Json]:
    return {one["externalId"]: leaves(plain(one)) for one in items}


@pytest.mark.models
async def test_its_containers_are_as_recorded(bare_api: Api, models_dir: Path) -> None:
    ours, theirs = by_id(await everything(bare_api, "containers")), by_id(recorded(models_dir, "containers"))
    assert ours.keys() == theirs.keys()
    for name, one in theirs.items():
        for identifier, property_ in one["properties"].items():
            found = ours[name]["properties"][identifier]
            found["type"].pop("collation", None)
            property_["type"].pop("collation", None)
            if property_["type"]["type"] == "enum":
                property_["type"]["values"] = {key: {} for key in property_["type"]["values"]}
                found["type"]["values"] = {key: {} for key in found["type"]["values"]}
            found.pop("constraintState", None)
            assert found == property_, (name, identifier)
        for key in ("space", "usedFor", "constraints", "indexes"):
            assert ours[name].get(key) == one.get(key), (name, key)
        assert ours[name]["properties"].keys() == one["properties"].keys()


@pytest.mark.models
async def test_its_views_are_as_recorded(bare_api: Api, models_dir: Path) -> None:
    read = await everything(bare_api, "views")
    ours, theirs = by_id(read), by_id(recorded(models_dir, "views"))
    assert ours.keys() == theirs.keys()
    for name, one in theirs.items():
        assert ours[name].get("filter") == one.get("filter"), name
        assert ours[name].get("implements", []) == one.get("implements", []), name
        assert ours[name]["properties"].keys() == one["properties"].keys()
        for identifier, property_ in one["properties"].items():
            found = ours[name]["properties"][identifier]
            source = property_.pop("source", None)
            target = found["type"].get("source") if "container" in found else found.pop("source")
            assert target == source, (name, identifier)
            assert property_.items() <= found.items(), (name, identifier)


@pytest.mark.models
async def test_its_data_model_is_as_recorded(bare_api: Api, models_dir: Path) -> None:
    (ours,), (theirs,) = await bare_api.items("/models/datamodels/byids", CORE), [recorded(models_dir, "data_model")]
    theirs = theirs[0] if isinstance(theirs, list) else theirs
    assert leaves(ours["views"]) == leaves(theirs["views"])
