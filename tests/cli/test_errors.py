from __future__ import annotations

import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st

from pygen.cli.errors import LINE_LIMIT, exit_code, harmless, note, plain_errors
from pygen.cli.exit_codes import MEANINGS, ExitCode
from pygen.errors import SourceError, UnknownModelError
from pygen_codegen.errors import CodegenError, HookError, ModelError, OutputError
from pygen_runtime.client import UpsertResult
from pygen_runtime.errors import (
    AuthenticationError,
    IncompleteError,
    NotReachedError,
    PygenError,
    StreamError,
    UsageError,
    WriteError,
)

NOTHING = UpsertResult(
    written=[], unchanged=[], written_or_unchanged=[], skipped=[], failed=[], unknown=[], batch_size=1000
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), ExitCode.BAD_INPUT),
        (SourceError("x"), ExitCode.BAD_INPUT),
        (ModelError("x"), ExitCode.BAD_INPUT),
        (PygenError("x"), ExitCode.BAD_INPUT),
        (UnknownModelError("x"), ExitCode.SERVER),
        (NotReachedError("x"), ExitCode.SERVER),
        (AuthenticationError("x", status=401, method="GET", path="/"), ExitCode.SERVER),
        (StreamError("x"), ExitCode.SERVER),
        (IncompleteError("x"), ExitCode.SERVER),
        (WriteError("x", result=NOTHING), ExitCode.SERVER),
        (OutputError("x"), ExitCode.OUTPUT),
        (HookError("x"), ExitCode.BAD_INPUT),
        (CodegenError("x"), ExitCode.BUG),
    ],
)
def test_every_error_has_its_code_and_one_line(
    error: PygenError, code: ExitCode, capsys: pytest.CaptureFixture[str]
) -> None:
    assert exit_code(error) == code
    with pytest.raises(SystemExit) as leaving, plain_errors():
        raise error
    assert leaving.value.code == code
    assert leaving.value.__cause__ is None
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"pygen: {error}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (typer.Abort(), ExitCode.INTERRUPTED),
        (BrokenPipeError(), ExitCode.PIPE_CLOSED),
    ],
)
def test_leaves_quietly(error: BaseException, code: ExitCode, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving, plain_errors():
        raise error
    assert leaving.value.code == code
    assert capsys.readouterr() == ("", "")


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError), plain_errors():
        raise ZeroDivisionError


def test_usage_errors_without_a_command() -> None:
    with pytest.raises(SystemExit) as leaving, plain_errors():
        raise typer.BadParameter("must be a number.")
    assert leaving.value.code == ExitCode.BAD_INPUT


def test_secrets_are_hidden_wherever_they_come_from(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit), plain_errors(secrets=["hunter2-hunter2", None, "", "a"]):
        raise PygenError("refused hunter2-hunter2 at https://me:pw@host/x with Authorization: Bearer eyJ.abc-_=")
    shown = capsys.readouterr().err
    assert shown == "pygen: refused *** at https://***@host/x with Authorization: Bearer ***\n"


def test_control_characters_are_spelled_out() -> None:
    assert harmless("a\x1b[31mb\r\nc\x00d\u202ee\u2028f") == r"a\x1b[31mb c\x00d\u202ee f"
    assert harmless("Møller 🌬 “x”") == "Møller 🌬 “x”"


@given(st.text(), st.text(min_size=8))
def test_shows_one_printable_line_without_the_secret(text: str, secret: str) -> None:
    shown = harmless(f"{text}{secret}{text}", [secret])
    assert len(shown) <= LINE_LIMIT
    assert all(character.isprintable() for character in shown)
    assert secret not in shown or secret in harmless(f"{text}***{text}")


def test_long_messages_are_cut() -> None:
    shown = harmless("x" * 10_000)
    assert len(shown) == LINE_LIMIT
    assert shown.endswith("…")


def test_notes_go_to_stderr(capsys: pytest.CaptureFixture[str]) -> None:
    note("as it is\x1b")
    assert capsys.readouterr() == ("", "pygen: as it is\\x1b\n")


def test_every_code_is_documented() -> None:
    assert set(MEANINGS) == set(ExitCode)
