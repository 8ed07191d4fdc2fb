"""An SDK for the session at hand: generated into a temporary folder and imported, and anew whenever the model changes."""

from __future__ import annotations

import atexit
import importlib
import importlib.util
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from pygen.generation.sdk import Sdk, generate_sdk
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModel, DataModelId, View
from pygen_runtime.sdk import AsyncModelClient, ModelClient
from pygen_runtime.sync import PygenClient

Model = DataModel | Sequence[DataModel] | DataModelId | str | Path

_folders: dict[str, Path] = {}
"""Package → the folder that its latest version was imported from."""


def generate_sdk_notebook(
    model: Model | Sdk, client: PygenClient | AsyncPygenClient | None = None, *, package: str | None = None
) -> Any:
    """Generate an SDK, import it, and give its client. A second call replaces the module, whatever changed.

        wind = generate_sdk_notebook("power:WindFarm/v1", client)
        wind.turbine.list(limit=5)

        from wind_farm import Turbine  # the latest, after every call

    Objects made before a second call keep the classes that they were made with.

    Args:
        model: A data model, several, or the identifier of one on the server, also as `space:externalId/version` (without a version
            it is the newest), or the path of a file or folder that holds one. Or what `generate_sdk` gives, for all that can be chosen.
        client: The client to talk through; by default one from the environment. With an `AsyncPygenClient`, the SDK's client has to be
            awaited, and a model cannot be named by its identifier.
        package: The name to import it by; by default the model's external id in snake case.

    Returns:
        The SDK's client, over `client`. It is not typed: import from the package what should be.

    Raises:
        UsageError: The name is taken by another module, or an argument cannot work.
        PygenError: The model is not there, not readable, or cannot be generated.
    """
    client = PygenClient.from_env() if client is None else client
    sdk = model if isinstance(model, Sdk) else _generated(model, client, package)
    module = import_sdk(sdk)
    kind = AsyncModelClient if isinstance(client, AsyncPygenClient) else ModelClient
    found = next(value for name in module.__all__ if _is_client(value := getattr(module, name), kind))
    print(
        f"{found.__name__} of the package {sdk.package}: from {sdk.package} import ..."
    )  # for whoever looks at the cell
    return found(client)


def import_sdk(sdk: Sdk) -> ModuleType:
    """Import an SDK from a temporary folder that goes with the process. The module of that name that came before is forgotten.

    Args:
        sdk: What `generate_sdk` gives.

    Raises:
        UsageError: The name has dots, or is taken by a module that was not imported here.
    """
    name = sdk.package
    if "." in name:
        raise UsageError(f"{name!r} cannot be imported from a temporary folder: choose a package without dots")
    if name not in _folders and (name in sys.modules or importlib.util.find_spec(name) is not None):
        raise UsageError(f"there is another module {name}: choose a package=")
    folder = Path(
        tempfile.mkdtemp(prefix="pygen-")
    )  # a new one: a compiled module of the same second and size would stay
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    sdk.write(folder / name)
    _forget(name)
    _folders[name] = folder
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    return importlib.import_module(name)


def _forget(name: str) -> None:
    """Take a module of an earlier call out of Python's reach."""
    folder = _folders.pop(name, None)
    if folder is None:
        return
    if str(folder) in sys.path:
        sys.path.remove(str(folder))
    for loaded in [each for each in sys.modules if each == name or each.startswith(f"{name}.")]:
        del sys.modules[loaded]


def _generated(model: Model, client: PygenClient | AsyncPygenClient, package: str | None) -> Sdk:
    if isinstance(model, Path):
        from pygen.sources import load_path  # noqa: PLC0415 - brings the YAML parser

        return generate_sdk(load_path(model).read_form(), package=package)
    if not isinstance(model, (DataModelId, str)):
        return generate_sdk(model, package=package)
    if isinstance(client, AsyncPygenClient):
        raise UsageError("with an AsyncPygenClient give the data model itself, or use a PygenClient")
    found, views = _from_server(client, model)
    return generate_sdk(found, package=package, views=views)


def _from_server(client: PygenClient, model: DataModelId | str) -> tuple[DataModel, list[View]]:
    from pygen.sources import load_from_server, load_related  # noqa: PLC0415 - only here
    from pygen.sources.schema_source import parse_choice  # noqa: PLC0415 - likewise

    space, external_id, version = parse_choice(model if isinstance(model, str) else str(model))
    if space is None:
        raise UsageError(f"{model!r} names no space: write space:externalId or space:externalId/version")

    async def read(through: AsyncPygenClient) -> tuple[DataModel, list[View]]:
        found = await load_from_server(through, space, external_id, version)
        return found, await load_related(through, found)

    return client.bridge.run(read)


def _is_client(value: object, kind: type) -> bool:
    return isinstance(value, type) and issubclass(value, kind)
