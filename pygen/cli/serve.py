"""`pygen serve`: the data modeling API on this computer."""

from __future__ import annotations

import ipaddress
import signal
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from pygen.cli.errors import note, plain_errors
from pygen.errors import SourceError
from pygen_runtime.errors import ApiError

if TYPE_CHECKING:
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
) -> None:
    """Run the data modeling API on this computer, for development and tests.

    Prints "Listening on http://HOST:PORT" once it answers, and stops on Ctrl-C or SIGTERM. Any project and any token do.
    """
    with plain_errors():
        from pygen.server import serve as run_server  # noqa: PLC0415 - brings the web framework
        from pygen.sources.files import load_file  # noqa: PLC0415 - brings the YAML parser

        models = {path: load_file(path) for path in file or ()}
        _introduce(host, database)
        opening = Opening(models)
        run_server(host, port, database, on_ready=opening.begin)
        opening.check()


def _introduce(host: str, database: Path | None) -> None:
    where = f"data in {database}" if database else "data in memory, gone when it stops"
    note(f"local data modeling server, {where}; any project and any token do; not for production")
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
    """

    def __init__(self, models: Mapping[Path, DataModel]) -> None:
        self._models = models
        self._failure: Exception | None = None

    def begin(self, base_url: str) -> None:
        """Called by the server when it answers."""
        if self._models:
            Thread(target=self._deploy, args=(base_url,), name="pygen-deploy", daemon=True).start()
        else:
            _announce(base_url)

    def check(self) -> None:
        """Raise what went wrong, once the server has stopped."""
        if self._failure is not None:
            raise self._failure

    def _deploy(self, base_url: str) -> None:
        try:
            deploy_all(base_url, self._models)
            _announce(base_url)
        except Exception as error:  # noqa: BLE001 - raised again by `check`, in the main thread
            self._failure = error
            signal.raise_signal(signal.SIGTERM)


def deploy_all(base_url: str, models: Mapping[Path, DataModel]) -> None:
    """Deploy data models on a local server, one after the other.

    Args:
        base_url: The server.
        models: Data models by the files they come from.

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
                    await deploy(client, model)
                except ApiError as error:
                    raise SourceError(f"{path} cannot be deployed: {error.detail}") from error
                note(f"{model.as_id()} deployed from {path}")

    anyio.run(run)


def _announce(base_url: str) -> None:
    typer.echo(f"Listening on {base_url}")
