"""`pygen validate`: what is worth telling about a data model."""

from __future__ import annotations

import os

import typer

from pygen.cli import options
from pygen.cli.errors import note, plain_errors
from pygen.cli.model_choice import load, wish


def validate(
    context: typer.Context,
    *,
    language: options.LanguageOption = options.Language.PYTHON,
    strict: options.StrictOption = False,
    format: options.FormatOption = options.Format.TABLE,
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
    """Check a data model, and say what an SDK of it would lack or call otherwise.

    pygen validate --file modules/pumps --with cognite_core.yaml
    pygen validate --space power --external-id WindTurbine --format json
    pygen validate --file model.yaml --language typescript

    Findings are errors (a part is left out), warnings (something works less well) and notes. With an error the command leaves
    with code 5; with --strict with a warning too.
    """
    with plain_errors(secrets=(token, client_secret)):
        from pygen.cli.findings_view import Report, refuse_findings, show_report  # noqa: PLC0415 - brings the IR
        from pygen.cli.sdk import name_findings  # noqa: PLC0415 - brings the writer

        models = load(wish(context), os.environ, one=False)
        note(f"{models.names}, from {models.origin}")
        for remark in models.remarks:
            note(remark)
        analysis = models.analyse(include or (), exclude or ())
        report = Report.of(analysis.model, (*analysis.findings, *name_findings(analysis.model, language)))
        show_report(report, format)
        refuse_findings(report.findings, strict=strict)
