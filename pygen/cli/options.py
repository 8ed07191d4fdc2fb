"""Options that several commands have: which data model, from where, and with which credentials."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pygen.cli.connection import VARIABLES

FLAG = ""
"""Shown behind options that take no value, where typer would say that they are of type bool."""

_FILES = "Data model in files"
_MODEL = "Data model in CDF"
_SERVER = "Server and credentials"
_PARTS = "Parts of the model"
_TYPESCRIPT = "TypeScript"


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


class Language(StrEnum):
    """What SDKs are written in."""

    PYTHON = "python"
    TYPESCRIPT = "typescript"


class Int64(StrEnum):
    """What integers of 64 bits are in TypeScript."""

    BIGINT = "bigint"
    STRING = "string"


class Timestamps(StrEnum):
    """What moments are in TypeScript."""

    DATE = "date"
    STRING = "string"


def _path(text: str) -> Path:
    """A path that was given: an empty text, as a variable of a script that is not set, would be the current folder."""
    if not text:
        raise typer.BadParameter("it is empty; give a path")
    return Path(text)


FormatOption = Annotated[Format, typer.Option("--format", help="A table for people, or JSON for programs.")]
StrictOption = Annotated[bool, typer.Option("--strict", metavar=FLAG, help="Warnings about the model count as errors.")]

LanguageOption = Annotated[Language, typer.Option("--language", "-l", help="What the SDK is written in.")]
Int64Option = Annotated[
    Int64 | None,
    typer.Option(
        "--int64",
        help="Integers of 64 bits as bigint (which they are if nothing is said), or as texts of digits.",
        rich_help_panel=_TYPESCRIPT,
        show_default=False,
    ),
]
TimestampsOption = Annotated[
    Timestamps | None,
    typer.Option(
        "--timestamps",
        help="Moments as Date (which they are if nothing is said), or as ISO texts.",
        rich_help_panel=_TYPESCRIPT,
        show_default=False,
    ),
]

FileOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--file",
        "-f",
        metavar="PATH",
        parser=_path,
        help="A file or a folder: what the API answers or takes (YAML, JSON), a Cognite Toolkit module, or GraphQL. "
        "Several become one.",
        rich_help_panel=_FILES,
        show_default=False,
    ),
]
WithOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--with",
        metavar="PATH",
        parser=_path,
        help="A further file or folder that the model refers to. Can be given several times.",
        rich_help_panel=_FILES,
        show_default=False,
    ),
]
VariablesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--variables",
        metavar="NAME=VALUE|FILE",
        help="A value for {{ placeholders }}, or a file of such values. Can be given several times.",
        rich_help_panel=_FILES,
        show_default=False,
    ),
]
DataModelOption = Annotated[
    list[str] | None,
    typer.Option(
        "--data-model",
        metavar="SPACE:ID/VERSION",
        help="Which data model, when there are several; the external id alone may do. Several become one.",
        show_default=False,
    ),
]
HooksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--hooks",
        metavar="NAME",
        help="A hook: an entry point of the group pygen.hooks, or a module. Can be given several times.",
        show_default=False,
    ),
]
ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="The configuration; by default the nearest pygen.toml, or pyproject.toml with a table tool.pygen.",
        show_default=False,
    ),
]
IncludeOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        help="Keep these views and what they need: an external id, or space:externalId/version; * and ? stand for anything.",
        rich_help_panel=_PARTS,
        show_default=False,
    ),
]
ExcludeOption = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="Leave these views out, likewise.", rich_help_panel=_PARTS, show_default=False),
]
SpaceOption = Annotated[str | None, typer.Option(help="Space of the model.", rich_help_panel=_MODEL)]
ExternalIdOption = Annotated[str | None, typer.Option(help="External id of the model.", rich_help_panel=_MODEL)]
VersionOption = Annotated[
    str | None, typer.Option(help="Version of the model; by default the newest.", rich_help_panel=_MODEL)
]
BaseUrlOption = Annotated[
    str | None,
    typer.Option(
        envvar=VARIABLES["base_url"],
        help="Such as https://westeurope-1.cognitedata.com or http://127.0.0.1:8642.",
        rich_help_panel=_SERVER,
    ),
]
ProjectOption = Annotated[
    str | None, typer.Option(envvar=VARIABLES["project"], help="CDF project.", rich_help_panel=_SERVER)
]
TokenOption = Annotated[
    str | None,
    typer.Option(
        envvar=VARIABLES["token"],
        help="A bearer token. Better given in the environment: command lines can be seen by others.",
        rich_help_panel=_SERVER,
        show_default=False,
    ),
]
ClientIdOption = Annotated[
    str | None,
    typer.Option(envvar=VARIABLES["client_id"], help="OAuth client, instead of a token.", rich_help_panel=_SERVER),
]
ClientSecretOption = Annotated[
    str | None,
    typer.Option(
        envvar=VARIABLES["client_secret"],
        help="Its secret. Better given in the environment.",
        rich_help_panel=_SERVER,
        show_default=False,
    ),
]
TokenUrlOption = Annotated[
    str | None,
    typer.Option(envvar=VARIABLES["token_url"], help="Where the client gets tokens.", rich_help_panel=_SERVER),
]
ScopesOption = Annotated[
    str | None,
    typer.Option(envvar=VARIABLES["scopes"], help="OAuth scopes, spaces between them.", rich_help_panel=_SERVER),
]
AudienceOption = Annotated[
    str | None, typer.Option(envvar=VARIABLES["audience"], help="OAuth audience.", rich_help_panel=_SERVER)
]


def typed_server(context: typer.Context) -> dict[str, str]:
    """The options about the server that stood on the command line, and not in the environment."""
    typed: dict[str, str] = {}
    for name in VARIABLES:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            typed[name] = context.params[name]
    return typed
