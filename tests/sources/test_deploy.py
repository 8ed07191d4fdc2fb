from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest

from pygen.errors import SourceError, UnknownModelError
from pygen.sources import deploy, load_file, load_from_server
from pygen.sources.deployment import PLACEHOLDER
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import Container, ContainerProperty, DataModel, PropertyType, Space, View, ViewId
from tests.sources.models import CONTAINER, decoded, mapped, view


class Resource:
    """Answers with what exists, and remembers what is created."""

    def __init__(self, existing: list[Any]) -> None:
        self.existing = existing
        self.created: list[Any] = []

    async def retrieve(self, ids: list[Any]) -> list[Any]:
        return [each for each in self.existing if (each.space if isinstance(each, Space) else each.as_id()) in ids]

    async def list(self, **_: Any) -> list[Any]:
        return self.existing

    async def create(self, items: Any) -> None:
        self.created += items if isinstance(items, list) else [items]


class Server(SimpleNamespace):
    """A client of a server that holds the given things."""

    def __init__(self, **existing: list[Any]) -> None:
        names = ("spaces", "containers", "views", "data_models")
        super().__init__(base_url="http://x", project="p", **{name: Resource(existing.get(name, [])) for name in names})


async def sent(server: Any, model: DataModel) -> tuple[list[str], dict[str, list[str]], list[str], list[str]]:
    await deploy(server, model)
    return (
        [space.space for space in server.spaces.created],
        {container.external_id: list(container.properties) for container in server.containers.created},
        [each.external_id for each in server.views.created],
        [each.external_id for each in server.data_models.created],
    )


def container(external_id: str = "Turbine", *, is_global: bool = False, **properties: str) -> Container:
    return Container(
        space="power",
        external_id=external_id,
        properties={name: ContainerProperty(type=PropertyType(type=type_)) for name, type_ in properties.items()},
        is_global=is_global,
    )


async def test_everything_is_created_on_an_empty_server() -> None:
    assert await sent(Server(), decoded()) == (["power"], {"Turbine": ["name"]}, ["Turbine"], ["Wind"])


async def test_spaces_that_exist_keep_their_names() -> None:
    server = Server(spaces=[Space(space="power", name="Power")], containers=[container(name="text")])
    assert await sent(server, decoded()) == ([], {"Turbine": ["name"]}, ["Turbine"], ["Wind"])


async def test_what_is_global_is_left_as_it_is() -> None:
    model = decoded(view(), view("B"))
    server = Server(
        spaces=[Space(space="power", is_global=True)],
        containers=[container(is_global=True)],
        views=[View(space="power", external_id="B", version="1", is_global=True)],
    )
    assert await sent(server, model) == ([], {}, ["Turbine"], ["Wind"])
    server = Server(
        containers=[container(is_global=True)],
        views=[View(space="power", external_id=name, version="1", is_global=True) for name in ("Turbine", "B")],
        data_models=[DataModel(space="power", external_id="Wind", version="1", is_global=True)],
    )
    assert await sent(server, model) == (["power"], {}, [], [])


async def test_what_was_made_up_gives_way_to_what_the_server_has() -> None:
    mast = {**CONTAINER, "externalId": "Mast"}
    condition = {
        "and": [
            {"equals": {"property": ["power", "Kind", "name"], "value": "a"}},
            {"equals": {"property": ["power", "Kind", "size"], "value": 1}},
        ]
    }
    model = decoded(view(properties={"mast": mapped({"type": "direct", "container": mast})}, filter=condition))
    assert (await sent(Server(), model))[1] == {"Turbine": ["name"], "Mast": [PLACEHOLDER], "Kind": ["size", "name"]}
    server = Server(containers=[container("Mast", height="int32"), container("Kind", name="enum")])
    assert (await sent(server, model))[1] == {"Turbine": ["name"], "Kind": ["size"]}


async def test_containers_that_exist_keep_what_the_model_does_not_say() -> None:
    server: Any = Server(containers=[container(name="text")])
    existing = server.containers.existing[0]
    existing.used_for, existing.name, existing.description = "all", "Turbines", "All of them"
    existing.properties["name"].name, existing.properties["name"].description = "Server's", "Server's too"
    await deploy(server, decoded(view(properties={"name": mapped() | {"name": "Model's"}})))
    (sent_container,) = server.containers.created
    assert (sent_container.used_for, sent_container.name, sent_container.description) == (
        "all",
        "Turbines",
        "All of them",
    )
    definition = sent_container.properties["name"]
    assert (definition.name, definition.description) == ("Model's", "Server's too")


def stored(version: str, created_time: int, **more: Any) -> DataModel:
    return decoded(version=version, createdTime=created_time, **more)


async def test_the_newest_version_is_the_one_created_last() -> None:
    other = stored("9", 9, externalId="Other")
    server: Any = Server(data_models=[stored("1", 3), stored("3", 1), stored("2", 2), other])
    assert (await load_from_server(server, "power", "Wind")).version == "1"
    assert (await load_from_server(server, "power", "Wind", "3")).version == "3"


async def test_an_unknown_model_is_named() -> None:
    server: Any = Server()
    for version, shown in ((None, "power:Wind"), ("7", "power:Wind/7")):
        with pytest.raises(UnknownModelError, match=f"project p at http://x has no data model {shown}; check space"):
            await load_from_server(server, "power", "Wind", version)


async def test_an_unknown_version_is_told_from_those_that_exist() -> None:
    server: Any = Server(data_models=[stored("b", 1), stored("a", 2)])
    with pytest.raises(UnknownModelError, match=r"no data model power:Wind/7; its versions are a, b$"):
        await load_from_server(server, "power", "Wind", "7")
    server = Server(data_models=[stored(f"v{number:02}", number) for number in range(20)])
    with pytest.raises(UnknownModelError, match=r"v00, .*, v09, …$"):
        await load_from_server(server, "power", "Wind", "7")


async def test_a_model_without_views_is_refused() -> None:
    server: Any = Server(data_models=[stored("1", 1, views=None)])
    with pytest.raises(SourceError, match="power:Wind/1 has no views"):
        await load_from_server(server, "power", "Wind")


EVERYTHING = (
    view(
        properties={
            "name": mapped() | {"name": "Name", "description": "What it is called"},
            "size": mapped("float64", name="size", nullable=False, defaultValue=0.0),
            "mast": mapped(
                {
                    "type": "direct",
                    "list": True,
                    "maxListSize": 7,
                    "container": {**CONTAINER, "externalId": "Mast"},
                    "source": {"type": "view", "space": "power", "externalId": "Mast", "version": "1"},
                },
                name="mast",
            ),
            "edges": {
                "connectionType": "multi_edge_connection",
                "type": {"space": "power", "externalId": "t"},
                "source": {"type": "view", "space": "power", "externalId": "Mast", "version": "1"},
                "direction": "inwards",
            },
        },
        filter={"equals": {"property": ["power", "Kind", "name"], "value": "a"}},
    ),
    view(
        "Mast",
        implements=[{"type": "view", "space": "power", "externalId": "Turbine", "version": "1"}],
        properties={"height": mapped("int32", container={**CONTAINER, "externalId": "Mast"}, name="height")},
        description="Measures the wind",
    ),
)


async def test_what_is_deployed_comes_back(local_server: str) -> None:
    """Deployed, and deployed again, it is what the server answers. Of all real models `tests/server` shows it."""
    model = decoded(*EVERYTHING, description="Wind farms")
    model.views[1].properties |= model.views[0].properties  # type: ignore[index,operator]  # both are there
    async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        await deploy(client, model)
        first = await load_from_server(client, model.space, model.external_id)
        assert_answers(comparable(model), comparable(first))
        await deploy(client, model)
        assert await load_from_server(client, model.space, model.external_id, model.version) == first


@pytest.mark.models
async def test_models_that_share_containers(local_server: str, models_dir: Path) -> None:
    core, wind = (load_file(models_dir / name / "api_read" / "model.yaml") for name in ("CogniteCore", "WindTurbine"))
    async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        await deploy(client, core)
        before = await load_from_server(client, core.space, core.external_id)
        await deploy(client, wind)
        await deploy(client, wind)
        assert await load_from_server(client, core.space, core.external_id) == before


async def test_views_go_on_implementing_what_the_server_has(local_server: str) -> None:
    here, gone = (
        {"type": "view", "space": "cdf_cdm", "externalId": name, "version": "v1"}
        for name in ("CogniteSchedulable", "Gone")
    )
    model = decoded(view(implements=[here, gone]))
    async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        await deploy(client, model)
        answered = await load_from_server(client, model.space, model.external_id)
    (turbine,) = answered.views or []
    assert turbine.implements == [ViewId("cdf_cdm", "CogniteSchedulable", "v1")]
    assert {"name", "startTime"} <= (turbine.properties or {}).keys()


FALSE_IF_ABSENT = ("immutable", "autoIncrement", "list")
ADDED_BY_SERVERS = ("collation", "constraintState", "mappedContainers", "queryable", "targetsList")


def comparable(model: DataModel) -> Any:
    """The model without times, and with null and defaults as absent as absent keys."""
    content = msgspec.to_builtins(model)
    for part in (content, *content["views"]):
        for key in ("createdTime", "lastUpdatedTime", "isGlobal"):
            part.pop(key, None)
    for each, own in zip(content["views"], model.views or (), strict=True):
        each["implements"] = [str(parent) for parent in own.implements or ()]
    return _stripped(content)


def _stripped(value: Any) -> Any:
    match value:
        case dict():
            return {
                key: _stripped(each)
                for key, each in value.items()
                if each is not None and not (key in FALSE_IF_ABSENT and each is False)
            }
        case list():
            return [_stripped(each) for each in value]
        case _:
            return value


def assert_answers(expected: Any, answered: Any) -> None:
    """Equal, but for what the expected model left for the server to say."""
    match expected, answered:
        case dict(), dict():
            extra = [key for key in ADDED_BY_SERVERS if key in answered and key not in expected]
            assert answered.keys() - set(extra) == expected.keys()
            for key, each in expected.items():
                assert_answers(each, answered[key])
        case list(), list():
            assert len(answered) == len(expected)
            for each, other in zip(expected, answered, strict=True):
                assert_answers(each, other)
        case _:
            assert answered == expected
