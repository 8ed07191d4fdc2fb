"""`pygen generate`: a data model in, an SDK out."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pygen.cli import options
from pygen.cli.collector import collector_paused
from pygen.cli.errors import note, plain_errors
from pygen.cli.model_choice import load, named_model

if TYPE_CHECKING:
    from pygen.cli.jobs import Job
    from pygen.generation import Sdk


def generate(
    context: typer.Context,
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="The folder of the SDK. Made when missing. Without it the SDKs of the configuration are generated.",
            show_default=False,
        ),
    ] = None,
    language: options.LanguageOption = options.Language.PYTHON,
    package: Annotated[
        str | None,
        typer.Option(help="Name of the Python package; by default the last part of --output.", show_default=False),
    ] = None,
    client_name: Annotated[
        str | None,
        typer.Option(help="Name of the client's class; by default the data model's, and Client.", show_default=False),
    ] = None,
    hooks: options.HooksOption = None,
    ruff: Annotated[
        bool,
        typer.Option(
            "--ruff", metavar=options.FLAG, help="Have the ruff that is installed here format the files, of Python."
        ),
    ] = False,
    int64: options.Int64Option = None,
    timestamps: options.TimestampsOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", metavar=options.FLAG, help="Say what would be written, and write nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", metavar=options.FLAG, help="Overwrite generated files that were edited since.")
    ] = False,
    strict: options.StrictOption = False,
    config: options.ConfigOption = None,
    data_model: options.DataModelOption = None,
    file: options.FileOption = None,
    with_: options.WithOption = None,
    variables: options.VariablesOption = None,
    include: options.IncludeOption = None,
    exclude: options.ExcludeOption = None,
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
    """Generate a typed SDK, in Python or TypeScript, from data models, read from a server or from files.

    pygen generate --space power --external-id WindTurbine --output src/wind_turbine
    pygen generate --file model.yaml --output src/wind_turbine
    pygen generate --file model.yaml --language typescript --output src/wind
    pygen generate --file modules/pumps --with cognite_core.yaml --variables space=plant_a --output pumps
    pygen generate

    The last one generates all SDKs that pygen.toml names, or the table tool.pygen in pyproject.toml.

    As much as can be generated is; what cannot is told, and pygen validate tells all of it. With --strict nothing is written
    in that case.

    Files that pygen did not write are never touched. When generated files were edited nothing is written, unless --force is given.
    """
    with plain_errors(secrets=(token, client_secret)), collector_paused():
        from pygen.cli.jobs import job_of_options  # noqa: PLC0415 - brings libcst

        jobs = [job_of_options(context, output)] if output is not None else _configured(context, config)
        sdks = [(job, _read(job)) for job in jobs]
        if dry_run:
            _show_plans(sdks)
        else:
            _write(sdks, force=force)


def _configured(context: typer.Context, config: Path | None) -> list[Job]:
    from pygen.cli.jobs import configured_jobs  # noqa: PLC0415 - brings libcst

    given = [*named_model(context), *(name for name in _ONE if context.params[name])]
    if context.params["language"] != options.Language.PYTHON:
        given.append("language")
    return configured_jobs(config, given)


_ONE = ("package", "client_name", "hooks", "ruff", "strict", "int64", "timestamps")
"""Options that say something about one SDK, and stand in the configuration where there are several."""


def _read(job: Job) -> Sdk:
    """The SDK of a job, with what there is to tell on the way."""
    from pygen.cli.findings_view import note_findings, refuse_findings  # noqa: PLC0415 - brings the IR
    from pygen.cli.jobs import findings_of  # noqa: PLC0415 - brings libcst

    models = load(job.wish, os.environ, one=True)
    note(f"{models.names}, from {models.origin}")
    for remark in models.remarks:
        note(remark)
    sdk = job.generated(models)
    findings = findings_of(sdk, models)
    note_findings(findings)
    if job.strict:
        refuse_findings(findings, strict=True)
    return sdk


def _show_plans(sdks: list[tuple[Job, Sdk]]) -> None:
    from pygen.cli.report import show_plan  # noqa: PLC0415 - brings the writer

    for job, sdk in sdks:
        show_plan(sdk.plan(job.output))


def _write(sdks: list[tuple[Job, Sdk]], *, force: bool) -> None:
    """Write all of them, once it is clear that none of them is in the way of anything."""
    from pygen.cli.report import show_tree  # noqa: PLC0415 - brings the writer
    from pygen.cli.sdk import written  # noqa: PLC0415 - brings libcst

    plans = [sdk.plan(job.output) for job, sdk in sdks]
    for planned in plans:
        planned.check(force=force)
    for (job, sdk), planned in zip(sdks, plans, strict=True):
        planned.apply(force=force)
        for name in sdk.unused_custom(job.output):
            note(
                f"the class {name} in {job.output / '_custom.py'} is called like no class of the SDK, and extends none"
            )
        done = written(sdk, planned)
        show_tree(job.output, done.files)
        typer.echo(done.summary())
