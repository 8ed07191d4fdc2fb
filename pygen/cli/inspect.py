"""`pygen inspect`: a data model as generators see it."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from pygen.cli import options
from pygen.cli.errors import note, plain_errors
from pygen.cli.model_choice import load, wish


def inspect(
    context: typer.Context,
    *,
    view: Annotated[
        str | None,
        typer.Option(
            metavar="NAME",
            help="Everything about one view: an external id, or space:externalId/version.",
            show_default=False,
        ),
    ] = None,
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
    """Show a data model as generators see it: views with all that they inherit, types, relations both ways.

    pygen inspect --file model.yaml
    pygen inspect --file model.yaml --view WindTurbine
    pygen inspect --data-model power:WindTurbine/1 --format json

    The JSON is the language-neutral model that every generator starts from.
    """
    with plain_errors(secrets=(token, client_secret)):
        from pygen.cli.ir_view import one_view, show_model, show_view  # noqa: PLC0415 - brings the IR

        models = load(wish(context), os.environ, one=False)
        note(f"{models.names}, from {models.origin}")
        for remark in models.remarks:
            note(remark)
        model = models.analyse(include or (), exclude or ()).model
        if view is None:
            show_model(model, format)
        else:
            show_view(one_view(model, view), model, format)
