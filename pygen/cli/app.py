"""The commands of `pygen`. Heavy modules are imported by the command that needs them, when it runs."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Annotated

import typer

from pygen.cli.check import check
from pygen.cli.demo import demo
from pygen.cli.errors import plain_errors
from pygen.cli.exit_codes import MEANINGS, ExitCode
from pygen.cli.generate import generate
from pygen.cli.inspect import inspect
from pygen.cli.options import FLAG
from pygen.cli.serve import serve
from pygen.cli.validate import validate
from pygen_runtime._version import __version__

_EPILOG = "Exit codes\n" + "\n".join(f"{code.value:<5}{meaning}" for code, meaning in MEANINGS.items())
_SHORT = ", ".join(f"{code.value} {code.name.lower().replace('_', ' ')}" for code in MEANINGS)
_COMMAND_EPILOG = f"Exit codes: {_SHORT} (pygen --help says more)."

app = typer.Typer(
    name="pygen",
    help="Typed SDKs from Cognite Data Fusion data models.",
    epilog=_EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # its tracebacks can show the values of variables, tokens among them
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"pygen {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", metavar=FLAG, callback=_show_version, is_eager=True, help="Show the version and leave."
        ),
    ] = False,
) -> None:
    """Typed SDKs from Cognite Data Fusion data models."""


app.command(epilog=_COMMAND_EPILOG)(demo)
app.command(epilog=_COMMAND_EPILOG)(generate)
app.command(epilog=_COMMAND_EPILOG)(check)
app.command(epilog=_COMMAND_EPILOG)(validate)
app.command(epilog=_COMMAND_EPILOG)(inspect)
app.command(epilog=_COMMAND_EPILOG)(serve)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: What stands after `pygen` on the command line; by default what this process was started with.

    Returns:
        The exit code, one of `ExitCode`.
    """
    try:
        with plain_errors():
            code = app(arguments, prog_name="pygen", standalone_mode=False)
            sys.stdout.flush()
    except SystemExit as leaving:  # typer makes a code of its own out of closed pipes
        code = ExitCode.PIPE_CLOSED if isinstance(leaving.__context__, BrokenPipeError) else leaving.code
    except Exception:  # noqa: BLE001 - it is told whole; a code of its own keeps 1 for what `pygen check` finds
        traceback.print_exc()
        code = ExitCode.BUG
    if code == ExitCode.PIPE_CLOSED:
        _discard_output()
    return int(code or ExitCode.DONE)


def _discard_output() -> None:
    """Keep the interpreter from complaining, on its way out, about output that nobody reads."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
