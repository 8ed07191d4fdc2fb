"""`pygen serve`: the data modeling API on this computer."""

from __future__ import annotations

import ipaddress
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from pygen.cli.errors import note, plain_errors
from pygen.errors import SourceError
from pygen_runtime.errors import ApiError

if TYPE_CHECKING:
    from pygen.testing.seeding import Seed
    from pygen_runtime.schema import DataModel

DEFAULT_PORT = 8642


def serve(
    *,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = DEFAULT_PORT,
    database: Annotated[
        Path | None,
        typer.Option(
            help="Keep the data in this file; by default it is gone when the server stops.", show_default=False
        ),
    ] = None,
    file: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="MODEL", help="Deploy the data model in this file. Can be given several times.", show_default=False
        ),
    ] = None,
    seed: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="Deploy the models and load the data in this file or folder: nodes and edges, CSV. Can be given several times.",
            show_default=False,
        ),
    ] = None,
    cors_origin: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ORIGIN",
            help="Let scripts of web pages from there use it, such as http://localhost:3000. Can be given several times.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the data modeling API on this computer, for development and tests.

    Prints "Listening on http://HOST:PORT" once it answers, and stops on Ctrl-C or SIGTERM. Any project and any token do.
    """
    with plain_errors():
        from pygen.server import serve as run_server  # noqa: PLC0415 - brings the web framework

        opening = Opening(read_models(file or ()), lambda: _introduce(host, database), read_seed(seed or ()))
        run_server(host, port, database, on_ready=opening.begin, cors_origins=cors_origin or ())
        opening.check()


def read_models(paths: Sequence[Path]) -> dict[Path, DataModel]:
    """What `--file` names, by file.

    Raises:
        SourceError: A file cannot be read, or holds no data model.
    """
    if not paths:
        return {}
    from pygen.sources.files import load_file  # noqa: PLC0415 - brings the YAML parser

    return {path: load_file(path) for path in paths}


def _introduce(host: str, database: Path | None) -> None:
    where = f"data in {database}" if database else "data in memory, gone when it stops"
    note(f"this is a LOCAL server for development and tests, not CDF and not for production; {where}")
    note(
        "any project and any token do; faults and the request journal are controlled under /_pygen, from this computer alone"
    )
    if not _is_loopback(host):
        note(f"WARNING: on {host} other computers can reach it, and nothing is protected from them")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Opening:
    """What lies between the server's first answer and the line that says where it listens: deploying the models.

    They are deployed through the API, as by any client, so it needs a thread beside that of the server.

    Args:
        models: Data models by the files they come from.
        introduce: Says what this is, now that there is something.
        seed: Further models, and data.
    """

    def __init__(
        self, models: Mapping[Path, DataModel], introduce: Callable[[], None], seed: Seed | None = None
    ) -> None:
        self._models = models
        self._seed = seed
        self._introduce = introduce
        self._failure: Exception | None = None

    def begin(self, base_url: str) -> None:
        """Called by the server when it answers."""
        self._introduce()
        if self._models or self._seed:
            Thread(target=self._deploy, args=(base_url,), name="pygen-deploy", daemon=True).start()
        else:
            _announce(base_url)

    def check(self) -> None:
        """Raise what went wrong, once the server has stopped."""
        if self._failure is not None:
            raise self._failure

    def _deploy(self, base_url: str) -> None:
        try:
            deploy_all(base_url, self._models, self._seed)
            _announce(base_url)
        except Exception as error:  # noqa: BLE001 - raised again by `check`, in the main thread
            self._failure = error
            signal.raise_signal(signal.SIGTERM)


def read_seed(paths: Sequence[Path]) -> Seed | None:
    """What `--seed` names, if anything.

    Raises:
        SourceError: A path cannot be read, or holds nothing of use.
    """
    if not paths:
        return None
    from pygen.testing.seeding import Seed  # noqa: PLC0415 - brings the sources of models

    return Seed.read(paths)


def deploy_all(base_url: str, models: Mapping[Path, DataModel], seed: Seed | None = None) -> None:
    """Deploy data models on a local server, one after the other, then load data.

    Args:
        base_url: The server.
        models: Data models by the files they come from.
        seed: Further models, and data.

    Raises:
        SourceError: The server refused a model.
    """
    import anyio  # noqa: PLC0415 - `pygen --help` can do without

    from pygen.sources.deploy import deploy  # noqa: PLC0415 - likewise
    from pygen_runtime.client import AsyncPygenClient  # noqa: PLC0415 - likewise

    async def run() -> None:
        async with AsyncPygenClient.from_token(base_url=base_url, project="local", token="local") as client:  # noqa: S106 - any token does
            for path, model in models.items():
                try:
                    deployed = await deploy(client, model)
                except ApiError as error:
                    raise SourceError(f"{path} cannot be deployed: {error.detail}") from error
                kept = (
                    f"; {deployed.left} containers and views belong to the system and stay as they are"
                    if deployed.left
                    else ""
                )
                note(f"{model.as_id()} deployed from {path}{kept}")
            if seed is not None:
                note(f"seeded: {await seed.load(client, note)}")

    anyio.run(run)


def _announce(base_url: str) -> None:
    typer.echo(f"Listening on {base_url}")
