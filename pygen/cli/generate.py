"""`pygen generate`: a data model in, an SDK out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from pygen.cli.connection import VARIABLES
from pygen.cli.errors import note, plain_errors
from pygen.cli.model_choice import choose
from pygen.cli.report import show_tree

_MODEL = "Data model in CDF"
_SERVER = "Server and credentials"


def generate(
    context: typer.Context,
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", help="The folder that becomes the package. Made when missing.", show_default=False
        ),
    ],
    package: Annotated[
        str | None, typer.Option(help="Name of the package; by default the last part of --output.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite generated files that were edited since.")] = False,
    file: Annotated[
        Path | None,
        typer.Option(help="Read the model from this file: the API's answer in YAML or JSON.", show_default=False),
    ] = None,
    space: Annotated[str | None, typer.Option(help="Space of the model.", rich_help_panel=_MODEL)] = None,
    external_id: Annotated[str | None, typer.Option(help="External id of the model.", rich_help_panel=_MODEL)] = None,
    version: Annotated[
        str | None, typer.Option(help="Version of the model; by default the newest.", rich_help_panel=_MODEL)
    ] = None,
    base_url: Annotated[
        str | None,
        typer.Option(
            envvar=VARIABLES["base_url"],
            help="Such as https://westeurope-1.cognitedata.com or http://127.0.0.1:8642.",
            rich_help_panel=_SERVER,
        ),
    ] = None,
    project: Annotated[
        str | None, typer.Option(envvar=VARIABLES["project"], help="CDF project.", rich_help_panel=_SERVER)
    ] = None,
    token: Annotated[
        str | None,
        typer.Option(
            envvar=VARIABLES["token"],
            help="A bearer token. Better given in the environment: command lines can be seen by others.",
            rich_help_panel=_SERVER,
            show_default=False,
        ),
    ] = None,
    client_id: Annotated[
        str | None,
        typer.Option(envvar=VARIABLES["client_id"], help="OAuth client, instead of a token.", rich_help_panel=_SERVER),
    ] = None,
    client_secret: Annotated[
        str | None,
        typer.Option(
            envvar=VARIABLES["client_secret"],
            help="Its secret. Better given in the environment.",
            rich_help_panel=_SERVER,
            show_default=False,
        ),
    ] = None,
    token_url: Annotated[
        str | None,
        typer.Option(envvar=VARIABLES["token_url"], help="Where the client gets tokens.", rich_help_panel=_SERVER),
    ] = None,
    scopes: Annotated[
        str | None,
        typer.Option(envvar=VARIABLES["scopes"], help="OAuth scopes, spaces between them.", rich_help_panel=_SERVER),
    ] = None,
    audience: Annotated[
        str | None, typer.Option(envvar=VARIABLES["audience"], help="OAuth audience.", rich_help_panel=_SERVER)
    ] = None,
) -> None:
    """Generate a typed Python SDK from a data model, read from a server or a file.

    pygen generate --space power --external-id WindTurbine --output src/wind_turbine
    pygen generate --file model.yaml --output src/wind_turbine

    Files that pygen did not write are never touched. Generated files that were edited are kept, unless --force is given.
    """
    server = {
        "base_url": base_url,
        "project": project,
        "token": token,
        "client_id": client_id,
        "client_secret": client_secret,
        "token_url": token_url,
        "scopes": scopes,
        "audience": audience,
    }
    typed = {name: value for name, value in server.items() if value is not None and _is_typed(context, name)}
    with plain_errors(secrets=(token, client_secret)):
        from pygen.cli.sdk import package_name, write_sdk  # noqa: PLC0415 - brings libcst

        name = package_name(output, package)
        chosen = choose(
            file=file, space=space, external_id=external_id, version=version, typed=typed, environ=os.environ
        )
        note(f"{chosen.model.as_id()}, from {chosen.origin}")
        sdk = write_sdk(chosen.model, output, name, force=force)
        show_tree(output, sdk.files)
        typer.echo(sdk.summary())


def _is_typed(context: typer.Context, name: str) -> bool:
    """Whether the option stood on the command line, and not in the environment."""
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"
