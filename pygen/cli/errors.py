"""From an error to one line on stderr and an exit code."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import typer

from pygen.cli.exit_codes import ExitCode
from pygen.errors import UnknownModelError
from pygen_codegen.errors import CodegenError, HookError, ModelError, OutputError
from pygen_runtime.errors import (
    AuthenticationError,
    PermissionDeniedError,
    PygenError,
    RequestError,
    WriteError,
)

SECRET_LENGTH = 8
"""Shorter texts are not hidden: they are no secrets, and would tear holes into every word that holds them."""

LINE_LIMIT = 2000
"""Characters of an error message; what servers and files put into it has no limit of its own."""

_AUTHORIZATION = re.compile(r"(?i)\b(bearer|basic) +[\w.~+/=-]+")
_USER_INFO = re.compile(r"(?<=://)[^/?#\s@]*@")


@contextmanager
def plain_errors(secrets: Iterable[str | None] = ()) -> Iterator[None]:
    """Turn every error that pygen raises on purpose into one line on stderr, and leave with its exit code.

    Anything else is a bug, and keeps its traceback.

    Args:
        secrets: Texts that must not be shown, whoever put them into a message.

    Raises:
        SystemExit: With one of `ExitCode`, instead of a `PygenError`, a wrong option, Ctrl-C or a closed pipe.
    """
    try:
        yield
    except PygenError as error:
        complain(f"{error}{_advice(error)}", secrets)
        raise SystemExit(exit_code(error)) from None
    except typer.TyperException as error:
        if error.format_message():  # otherwise the help has been shown
            complain(_usage(error), secrets)
        raise SystemExit(ExitCode.BAD_INPUT) from None
    except (KeyboardInterrupt, typer.Abort):
        raise SystemExit(ExitCode.INTERRUPTED) from None
    except BrokenPipeError:
        raise SystemExit(ExitCode.PIPE_CLOSED) from None


def exit_code(error: PygenError) -> ExitCode:
    """Which side is to blame."""
    match error:
        case OutputError():
            return ExitCode.OUTPUT
        case CodegenError() if not isinstance(error, (ModelError, HookError)):
            return ExitCode.BUG
        case UnknownModelError() | RequestError() | WriteError():
            return ExitCode.SERVER
        case _:
            return ExitCode.BAD_INPUT


def _advice(error: PygenError) -> str:
    """What to do about errors whose own message, made for programs, does not say it."""
    match error:
        case AuthenticationError():
            return "; check the token or the client credentials"
        case PermissionDeniedError():
            return "; the credentials need the capability to read data models (dataModelsAcl READ)"
        case _:
            return ""


def complain(message: str, secrets: Iterable[str | None] = ()) -> None:
    """Say on stderr, in one harmless line, what went wrong."""
    sys.stdout.flush()
    typer.echo(f"{typer.style('pygen:', fg='red', bold=True)} {harmless(message, secrets)}", err=True)


def note(message: str) -> None:
    """Say something on stderr that is no result, so that stdout stays fit for pipes."""
    typer.echo(f"{typer.style('pygen:', bold=True)} {harmless(message)}", err=True)


def harmless(text: str, secrets: Iterable[str | None] = ()) -> str:
    r"""The text on one line, without credentials and without characters that steer a terminal.

    Args:
        text: Any text; parts of it may come from a model, a server or a file.
        secrets: Texts to hide, on top of what looks like credentials; those of `SECRET_LENGTH` characters or more.

    Returns:
        At most `LINE_LIMIT` characters. Characters that cannot be printed are spelled out, such as `\x1b`.
    """
    for secret in secrets:
        if secret and len(secret) >= SECRET_LENGTH:
            text = text.replace(secret, "***")
    text = _USER_INFO.sub("***@", _AUTHORIZATION.sub(r"\1 ***", text))
    line = " ".join(text[: 2 * LINE_LIMIT].split())
    shown = "".join(each if each.isprintable() else ascii(each)[1:-1] for each in line)
    return shown if len(shown) <= LINE_LIMIT else shown[: LINE_LIMIT - 1] + "…"


def _usage(error: typer.TyperException) -> str:
    """A wrong option, and where the right ones are listed."""
    message = error.format_message().strip().rstrip(".").replace(": Value error, ", ": ")
    message = message[:1].lower() + message[1:]
    context = getattr(error, "ctx", None)
    return f"{message} (see: {context.command_path} --help)" if context is not None else message
