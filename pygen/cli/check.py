"""`pygen check`: is an SDK what generating would make of it?"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pygen.cli import options
from pygen.cli.collector import collector_paused
from pygen.cli.errors import note, plain_errors
from pygen.cli.exit_codes import ExitCode
from pygen.cli.model_choice import load, named_model

if TYPE_CHECKING:
    from pygen.cli.jobs import Job
    from pygen_codegen.output import Plan


def check(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="The folder of an SDK. Without it the SDKs of the configuration are checked.", show_default=False
        ),
    ] = None,
    *,
    source: Annotated[
        bool,
        typer.Option(
            "--source", metavar=options.FLAG, help="Read the models anew, from where the configuration says they are."
        ),
    ] = False,
    hooks: options.HooksOption = None,
    config: options.ConfigOption = None,
    data_model: options.DataModelOption = None,
    file: options.FileOption = None,
    with_: options.WithOption = None,
    variables: options.VariablesOption = None,
    space: options.SpaceOption = None,
    external_id: options.ExternalIdOption = None,
    version: options.VersionOption = None,
    base_url: options.BaseUrlOption = None,
    project: options.ProjectOption = None,
    token: options.TokenOption = None,
    client_id: options.ClientIdOption = None,
    client_secret: options.ClientSecretOption = None,
    token_url: options.TokenUrlOption = None,
    scopes: options.ScopesOption = None,
    audience: options.AudienceOption = None,
) -> None:
    """Check that generating again would change nothing; otherwise show what, and leave with code 1.

    pygen check
    pygen check src/wind_turbine
    pygen check src/wind_turbine --file model.yaml
    pygen check src/wind_turbine --space power --external-id WindTurbine

    Without a data model the SDK is compared with the one of the model that it was generated from, which pygen.json remembers:
    no network is used. So edited files are found, other settings, and another version of pygen. With a data model, changes of
    the model are found too. Nothing is ever written.
    """
    with plain_errors(secrets=(token, client_secret)), collector_paused():
        from pygen.cli.report import show_check  # noqa: PLC0415 - brings the writer

        plans = list(
            _of_folder(context, folder, source=source) if folder else _of_config(context, config, source=source)
        )
        for planned in plans:
            if planned is not None:
                show_check(planned)
        if not all(planned is not None and planned.up_to_date for planned in plans):
            raise SystemExit(ExitCode.STALE)


def _of_folder(context: typer.Context, folder: Path, *, source: bool) -> Iterator[Plan | None]:
    from pygen.cli.jobs import job_of_manifest  # noqa: PLC0415 - brings libcst
    from pygen_runtime.errors import UsageError  # noqa: PLC0415 - likewise

    if source or context.params["config"]:
        raise UsageError("--source and --config are about the configuration: leave out the folder, or name the model")
    named = named_model(context)
    job, snapshot = job_of_manifest(context, folder)
    yield _planned(job) if named else job.regenerated(snapshot).plan(folder)


def _of_config(context: typer.Context, config: Path | None, *, source: bool) -> Iterator[Plan | None]:
    """The plans; None for what cannot be compared with anything."""
    from pygen.cli.jobs import configured_jobs, snapshot_of  # noqa: PLC0415 - brings libcst

    given = [*named_model(context), *(["hooks"] if context.params["hooks"] else [])]
    for job in configured_jobs(config, given, needs="FOLDER"):
        snapshot = snapshot_of(job.output)
        if source:
            yield _planned(job)
        elif snapshot is None:
            note(f"{job.output} holds no SDK that says what it was generated from; run pygen generate")
            yield None
        else:
            yield job.regenerated(snapshot).plan(job.output)


def _planned(job: Job) -> Plan:
    """What generating from the models as they are now would do."""
    models = load(job.wish, os.environ, one=True)
    note(f"{models.names}, from {models.origin}")
    return job.generated(models).plan(job.output)
