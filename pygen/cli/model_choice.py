"""Which data model `pygen generate` is to read: from a file, or from a server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pygen.cli.connection import client_for, flag
from pygen_runtime.errors import NotReachedError, UsageError

if TYPE_CHECKING:
    from pygen_runtime.schema import DataModel


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedModel:
    """A data model, and for people where it comes from."""

    model: DataModel
    origin: str


def choose(
    *,
    file: Path | None,
    space: str | None,
    external_id: str | None,
    version: str | None,
    typed: Mapping[str, str],
    environ: Mapping[str, str],
) -> LoadedModel:
    """Read the data model that the options name. What is wrong with the options is said before anything is read.

    Args:
        file: A file that holds the model; then nothing else may be given.
        space: Space of the model on the server.
        external_id: Its external id.
        version: Its version; None for the newest.
        typed: Options about the server that stood on the command line (`client_for`).
        environ: The environment variables.

    Raises:
        UsageError: Nothing, too much or too little was given.
        PygenError: The model is not there, or not readable.
    """
    model = {"space": space, "external_id": external_id, "version": version}
    if file is not None:
        _only_file({name: value for name, value in {**model, **typed}.items() if value is not None})
        from pygen.sources.files import load_file  # noqa: PLC0415 - brings the YAML parser

        return LoadedModel(model=load_file(file), origin=str(file))
    if not space or not external_id:
        raise UsageError("no data model is named: give --file MODEL, or both --space and --external-id")
    return _from_server(space, external_id, version or None, typed, environ)


def _only_file(others: Mapping[str, str]) -> None:
    for name in others:
        raise UsageError(f"--file and {flag(name)} contradict each other: a model comes from a file or from a server")


def _from_server(
    space: str, external_id: str, version: str | None, typed: Mapping[str, str], environ: Mapping[str, str]
) -> LoadedModel:
    client = client_for(typed, environ)
    import anyio  # noqa: PLC0415 - `pygen --help` can do without

    from pygen.sources.remote import load_from_server  # noqa: PLC0415 - likewise

    async def load() -> DataModel:
        try:
            async with client:
                return await load_from_server(client, space, external_id, version)
        except NotReachedError as error:  # which knows the path, not the host
            raise NotReachedError(f"{client.base_url} is not reached: {error}") from error

    return LoadedModel(model=anyio.run(load), origin=f"{client.base_url}, project {client.project}")
