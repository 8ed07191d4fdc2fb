"""What `pygen demo` does, step by step."""

from __future__ import annotations

import shlex
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from time import perf_counter

import anyio
from rich.console import Console

from pygen.cli.report import count_lines
from pygen.cli.sdk import WrittenSdk, package_name, write_sdk
from pygen.demo.data import DataPlan, Expected, plan_data
from pygen.demo.imported import client_class, free_name, imported
from pygen.demo.model import WEIGHTS, wind_farm
from pygen.demo.process import Running, local_server
from pygen.demo.telling import Teller, duration, per_second
from pygen.demo.using import count_edges, filter_and_sort, follow_relations, stream_everything
from pygen.sources import deploy, load_file, load_from_server
from pygen_codegen.naming import snake
from pygen_codegen.output import plan
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import DataModel, DataModelId, InstanceWrite, SpaceWrite
from pygen_runtime.sdk import AsyncModelClient

PROJECT = "demo"
TOKEN = "demo"  # noqa: S105 - the local server takes any
SPACE = "demo"
"""Where the generated instances live."""

_BATCH = 4000  # instances in one call: four requests, of which the client keeps as many under way as a project allows


def run(
    *,
    instances: int = 100_000,
    output: Path | None = None,
    file: Path | None = None,
    keep: bool = False,
    console: Console | None = None,
) -> None:
    """Goes the whole way from a data model to streamed objects, with nothing prepared and nothing left behind.

    Args:
        instances: How many nodes and edges to load; at least one of each kind that the model has.
        output: Folder to keep the generated SDK in; a temporary one otherwise.
        file: A data model to use instead of the wind farm, as the API answers it, in YAML or JSON.
        keep: Leave the server running at the end, with model and data, until Ctrl-C.
        console: Where to tell about it; stdout by default.

    Raises:
        SystemExit: What was read differs from what was written (code 1), or SIGTERM or SIGHUP came.
        PygenError: Bad input, or something that the demo needs failed.
    """
    if instances < 1:
        raise UsageError(f"{instances} instances cannot be loaded: ask for 1 or more")
    tell = Teller(console or Console(highlight=False))
    model = load_file(file) if file else None
    if output is not None:
        _check_output(output)
    tell.title("pygen demo: from a data model to a typed SDK that streams")
    tell.step("Start the local server")
    begun = perf_counter()
    with local_server() as server:
        tell.say(f"{server.base_url}, its database in a temporary folder ({duration(perf_counter() - begun)})")
        wanted = anyio.run(_story, tell, server, model, instances, output)
        _end(tell, perf_counter() - begun, output, file)
        if keep:
            _stay(tell, server, wanted)


def _check_output(output: Path) -> None:
    """Finds out before the work, not after it, that a folder must not be written."""
    name = package_name(output, None)
    if name in sys.modules:
        raise UsageError(f"{name} is the name of a module that pygen uses: choose another folder for the SDK")
    plan(output, {}, data_models=[], language="python", package=name)


async def _story(
    tell: Teller, server: Running, model: DataModel | None, instances: int, output: Path | None
) -> DataModelId:
    client = AsyncPygenClient.from_token(base_url=server.base_url, project=PROJECT, token=TOKEN)
    async with client:
        tell.step("Deploy a data model")
        weights = WEIGHTS if model is None else {}
        model = await _deploy(tell, client, model)
        tell.step(f"Load {instances:,} instances")
        data = await _plan(client, model, instances, weights)
        await _load(tell, client, data)
        tell.step("Generate the Python SDK from the model on the server")
        sdk, folder = await _generate(tell, client, model.as_id(), output, server.folder / "sdk")
    with imported(folder) as package:
        tell.step(f"Use it: from {sdk.package} import {sdk.client}")
        async with client_class(package).from_token(server.base_url, PROJECT, TOKEN) as typed:
            await _use(tell, typed, data.expected())
    return model.as_id()


async def _deploy(tell: Teller, client: AsyncPygenClient, model: DataModel | None) -> DataModel:
    """Creates the model, and answers it as the server has it."""
    begun = perf_counter()
    if model is None:
        parts = wind_farm()
        await client.spaces.create(SpaceWrite(space=parts.data_model.space))
        await client.containers.create(parts.containers)
        await client.views.create(parts.views)
        await client.data_models.create(parts.data_model)
        wanted = parts.data_model.as_id()
    else:
        await deploy(client, model)
        wanted = model.as_id()
    seconds = perf_counter() - begun
    found = await load_from_server(client, wanted.space, wanted.external_id, wanted.version)
    views = found.views or []
    properties = sum(len(view.properties or {}) for view in views)
    containers = {container for view in views for container in view.mapped_containers or []}
    tell.say(
        f"{wanted}: {len(views)} views with {properties} properties over {len(containers)} containers ({duration(seconds)})"
    )
    return found


async def _plan(client: AsyncPygenClient, model: DataModel, instances: int, weights: Mapping[str, float]) -> DataPlan:
    """Decides what to load, and creates the spaces that it needs."""
    shown = {container for view in model.views or [] for container in view.mapped_containers or []}
    containers = await client.containers.retrieve(sorted(shown))
    data = plan_data(model, instances, space=SPACE, containers=containers, weights=weights)
    there = {space.space for space in await client.spaces.retrieve(data.spaces)}
    await client.spaces.create([SpaceWrite(space=name) for name in data.spaces if name not in there])
    return data


async def _load(tell: Teller, client: AsyncPygenClient, data: DataPlan) -> None:
    """Writes everything, one population after the other: direct relations may need what came before."""
    begun = perf_counter()
    with tell.progress(data.total) as advance:
        for population in data.populations:
            for batch in _batches(data.instances(population)):
                await client.instances.upsert(batch)
                advance(len(batch))
    seconds = perf_counter() - begun
    edges = sum(data.expected().edge_types.values())
    tell.say(
        f"{data.total - edges:,} nodes and {edges:,} edges in {duration(seconds)}: {per_second(data.total, seconds)}, "
        "through the API in batches"
    )
    for name, reason in data.skipped:
        tell.say(f"nothing of its own for {name}: {reason}")


def _batches(instances: Iterator[InstanceWrite]) -> Iterator[list[InstanceWrite]]:
    while batch := list(islice(instances, _BATCH)):
        yield batch


async def _generate(
    tell: Teller, client: AsyncPygenClient, model: DataModelId, output: Path | None, temporary: Path
) -> tuple[WrittenSdk, Path]:
    begun = perf_counter()
    read = await load_from_server(client, model.space, model.external_id, model.version)
    folder = (output or temporary / free_name(snake(model.external_id))).resolve()
    sdk = write_sdk(read, folder, package_name(folder, None))
    lines = sum(map(count_lines, sdk.files.values()))
    tell.tree(Path(output or folder.name), sdk.files)
    tell.say(f"{len(sdk.files)} files, {lines:,} lines ({duration(perf_counter() - begun)})")
    return sdk, folder


async def _use(tell: Teller, client: AsyncModelClient, expected: Expected) -> None:
    await stream_everything(tell, client, expected)
    await count_edges(tell, client, expected)
    tell.step("Follow relations: nothing is fetched before it is asked for")
    await follow_relations(tell, client)
    tell.step("Filter, count, sort")
    await filter_and_sort(tell, client)


def _end(tell: Teller, seconds: float, output: Path | None, file: Path | None) -> None:
    """The bill, and where to go next.

    Raises:
        SystemExit: A check failed; code 1, because that is a fault in pygen.
    """
    memory = _peak_memory()
    used = f", {memory:,.0f} MB of memory at most, the server not counted" if memory else ""
    tell.blank()
    tell.say(f"All of this took {duration(seconds)}{used}.")
    if tell.failures:
        tell.say(f"{len(tell.failures)} of the checks above went wrong: please report it.")
        raise SystemExit(1)
    tell.step("Next")
    if output is None:
        again = (
            f"pygen demo --file {shlex.quote(str(file))} --output my_sdk" if file else "pygen demo --output wind_farm"
        )
        tell.advice("keep the SDK and look into it", again)
    else:
        tell.advice("look into the SDK", f"python -m pydoc {output.resolve().name}.client")
    if file is None:
        tell.advice("the same with a data model of your own", "pygen demo --file model.yaml")
    tell.advice("an SDK of a data model in CDF", "pygen generate --help")


def _stay(tell: Teller, server: Running, model: DataModelId) -> None:
    """Lets the server run until somebody ends the demo."""
    words = ["--space", model.space, "--external-id", model.external_id, "--version", model.version]
    with suppress(KeyboardInterrupt):
        tell.step("The server stays, with model and data, until Ctrl-C")
        tell.advice(
            "in another terminal, so that pygen and the SDK find it",
            f"export CDF_URL={server.base_url} CDF_PROJECT={PROJECT} CDF_TOKEN={TOKEN}",
        )
        tell.advice("then", f"pygen generate {shlex.join(words)} --output {snake(model.external_id)}")
        threading.Event().wait()


def _peak_memory() -> float | None:
    """The most memory that this process ever had, in MB; None where the system does not tell."""
    try:
        import resource  # noqa: PLC0415 - not on every system
    except ImportError:
        return None
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most / 1e3  # bytes there, kilobytes elsewhere
