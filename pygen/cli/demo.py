"""`pygen demo`: the whole way from a model to streamed objects, with nothing prepared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pygen.cli.options import FLAG

DEFAULT_INSTANCES = 100_000


def demo(
    *,
    instances: Annotated[int, typer.Option(min=1, help="How many instances to make up and load.")] = DEFAULT_INSTANCES,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Keep the generated SDK in this folder.", show_default=False),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(help="Use the data model in this file instead of the wind farm.", show_default=False),
    ] = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", metavar=FLAG, help="Leave the server running at the end, with model and data, until Ctrl-C."
        ),
    ] = False,
) -> None:
    """See it work: start a local server, deploy a model, load data, generate the SDK, stream everything back.

    Everything stays on this computer, and nothing is left behind but what --output asks for.
    """
    from pygen.demo import run  # noqa: PLC0415 - brings the server and the generator

    run(instances=instances, output=output, file=file, keep=keep)
