"""The SDKs that drivers import, each made by its own generator from a data model on the local server."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import msgspec

from benchmarks import environments, model, processes
from benchmarks.ir import wide_model
from pygen.server import Store, run_in_thread

CORE = ("cdf_cdm", "CogniteCore", "v1")
MACHINES = (model.SPACE, model.MODEL, model.VERSION)

_COGNITE_PYGEN = """
import sys
from pathlib import Path
from cognite.client import CogniteClient, ClientConfig
from cognite.client.credentials import Token
from cognite.pygen import generate_sdk

client = CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=sys.argv[1]))
output, name, formatted, *model = sys.argv[2:]
generate_sdk(tuple(model), client, top_level_package=Path(output).name, client_name=name, default_instance_space="bench",
             output_dir=Path(output), overwrite=True, format_code=formatted == "formatted", logger=lambda text: None)
"""


class Sdk(NamedTuple):
    """A generated package.

    Attributes:
        package: Its name.
        environment: Whose generator makes it.
        model: Space, external id and version of its data model.
        client: Class of its client, where the generator takes a name.
    """

    package: str
    environment: str
    model: tuple[str, str, str]
    client: str = "BenchClient"

    @property
    def folder(self) -> Path:
        """Where drivers import it from."""
        return environments.sdks() / self.package

    def lines(self) -> int:
        """Lines of code in it."""
        return lines(self.folder)


def lines(folder: Path) -> int:
    """Lines of Python or TypeScript in a folder."""
    files = (path for path in folder.rglob("*") if path.suffix in (".py", ".ts"))
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)


def command(
    sdk: Sdk, base_url: str, output: Path, *, formatted: bool = False, language: str = "python"
) -> list[object]:
    """How the SDK's generator is called.

    Args:
        sdk: What to make.
        base_url: The server that has the data model.
        output: The folder of the package.
        formatted: Whether cognite-pygen runs black too; the others' files are formatted as they are.
        language: Of the SDK; only ours has a choice.
    """
    space, external_id, version = sdk.model
    python = environments.python(sdk.environment)
    if sdk.environment == "cognite-pygen":
        form = "formatted" if formatted else "plain"
        return [python, "-c", _COGNITE_PYGEN, base_url, output, sdk.client, form, *sdk.model]
    server = ["--base-url", base_url, "--project", "bench", "--token", "bench"]
    if sdk.environment == "industrial-model":
        wanted = ["--data-model", "/".join(sdk.model), "--client-name", sdk.client, "--output-dir", output]
        return [python, "-m", "industrial_model.cli", "generate", "--no-input", "--overwrite", *server, *wanted]
    wanted = ["--space", space, "--external-id", external_id, "--version", version, "--output", output]
    return [python, "-m", "pygen", "generate", "--force", "--language", language, *server, *wanted]


def prepare(sdks: Sequence[Sdk], base_url: str) -> None:
    """Generates ours anew, and those of the peers if they are not there yet."""
    environments.sdks().mkdir(parents=True, exist_ok=True)
    for sdk in sdks:
        if sdk.environment == "ours" or not sdk.folder.exists():
            shutil.rmtree(sdk.folder, ignore_errors=True)
            processes.used(command(sdk, base_url, sdk.folder))


def prepare_machines(*, peers: bool) -> None:
    """What drivers need that read or write machines: the SDKs, and what the API answers for the model.

    Args:
        peers: Whether the SDK of cognite-pygen is needed too.
    """
    wanted = [Sdk("machines", "ours", MACHINES), Sdk("old_machines", "cognite-pygen", MACHINES, "MachinesClient")]
    with server() as base_url:
        definitions = deploy_machines(base_url)
        prepare(wanted if peers else wanted[:1], base_url)
    environments.definitions().write_text(json.dumps(definitions))


@contextmanager
def server() -> Iterator[str]:
    """The local server, empty but for what it brings (CogniteCore among it); yields its base URL."""
    with closing(Store.open()) as store, run_in_thread(store) as base_url:
        yield base_url


def deploy_machines(base_url: str) -> dict[str, Any]:
    """Deploys the model of the machines, and returns the view and the data model as the API answers them."""
    with _api(base_url) as api:
        _post(api, "/spaces", [{"space": model.SPACE}])
        _post(api, "/containers", [model.container()])
        (view,) = _post(api, "/views", [model.view()])
        (data_model,) = _post(api, "/datamodels", [model.data_model()])
    return {"views": [view], "data_model": {**data_model, "views": [view]}}


def wide_definitions(views: int, group: int) -> Path:
    """File of what the API answers for a data model of that many views with 20 properties each, linked in groups."""
    path = environments.HOME / f"wide-{views}-{group}.json"
    if not path.exists():
        with server() as base_url:
            path.write_text(json.dumps(_wide(base_url, views, group)))
    return path


def _wide(base_url: str, views: int, group: int) -> dict[str, Any]:
    """The definitions of a wide model.

    The views are deployed; the data model, which may have more of them than the API takes, is put together here.
    """
    made = msgspec.to_builtins(wide_model(views, group=group))
    name = f"Wide{views}of{group}"
    shown = [_written_view(view, name) for view in made["views"]]
    with _api(base_url) as api:
        _post(api, "/spaces", [{"space": name}])
        _post(api, "/containers", list(_containers(made["views"], name).values()))
        parents = _post(api, "/views", [view for view in shown if not view["implements"]])
        answered = parents + _post(api, "/views", [view for view in shown if view["implements"]])
    times = {"createdTime": 1, "lastUpdatedTime": 1, "isGlobal": False}
    data_model = {"space": name, "externalId": name, "version": "1", "views": answered, **times}
    return {"views": answered, "data_model": data_model}


def add_assets(base_url: str, count: int) -> None:
    """Writes a few instances of CogniteAsset."""
    source = {"type": "view", "space": "cdf_cdm", "externalId": "CogniteAsset", "version": "v1"}
    with _api(base_url) as api:
        _post(api, "/spaces", [{"space": "assets"}])
        items = [
            {
                "instanceType": "node",
                "space": "assets",
                "externalId": f"asset-{number}",
                "sources": [{"source": source, "properties": {"name": f"Asset {number}", "tags": ["one", "two"]}}],
            }
            for number in range(count)
        ]
        _post(api, "/instances", items)


def _api(base_url: str) -> httpx.Client:
    headers = {"authorization": "Bearer bench"}
    return httpx.Client(base_url=f"{base_url}/api/v1/projects/bench/models", headers=headers, timeout=60)


def _post(api: httpx.Client, path: str, items: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    answered: list[dict[str, Any]] = []
    for start in range(0, len(items), 100):
        answer = api.post(path, json={"items": items[start : start + 100]})
        answer.raise_for_status()
        answered += answer.json()["items"]
    return answered


def _containers(views: Sequence[dict[str, Any]], space: str) -> dict[str, dict[str, Any]]:
    """The containers that the views map, as they are written."""
    found: dict[str, dict[str, Any]] = {}
    for view in views:
        for shown in view["properties"].values():
            if "container" in shown:
                name = shown["container"]["externalId"]
                container = {"space": space, "externalId": name, "usedFor": "node", "properties": {}}
                type_ = {"type": shown["type"]["type"]}
                found.setdefault(name, container)["properties"][shown["containerPropertyIdentifier"]] = {"type": type_}
    return found


def _written_view(view: dict[str, Any], space: str) -> dict[str, Any]:
    """A view as it is written, in that space."""
    kept = {key: view[key] for key in ("externalId", "version", "implements", "properties")}
    kept["properties"] = {name: _written_property(shown) for name, shown in kept["properties"].items()}
    return {**_moved(kept, space), "space": space}


def _written_property(shown: dict[str, Any]) -> dict[str, Any]:
    if "container" not in shown:
        return shown
    kept = {key: shown[key] for key in ("container", "containerPropertyIdentifier")}
    return {**kept, "source": shown["type"]["source"]} if shown["type"].get("source") else kept


def _moved(value: Any, space: str) -> Any:
    """The same with every reference into that space."""
    if isinstance(value, dict):
        return {key: space if key == "space" else _moved(it, space) for key, it in value.items()}
    return [_moved(it, space) for it in value] if isinstance(value, list) else value
