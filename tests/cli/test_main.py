"""The console script, in processes of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pygen.cli.exit_codes import MEANINGS, ExitCode
from pygen_runtime._version import __version__

HEAVY = ("libcst", "httpx", "starlette", "uvicorn", "yaml", "anyio", "pygen.server", "pygen.demo")


def python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)


def pygen(*arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
    return python("from pygen.__main__ import main; main()", *arguments)


def test_the_version() -> None:
    result = pygen("--version")
    assert (result.returncode, result.stdout, result.stderr) == (0, f"pygen {__version__}\n", "")


def test_as_a_module() -> None:
    command = [sys.executable, "-m", "pygen", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == f"pygen {__version__}\n"


def test_help_names_every_command_and_exit_code() -> None:
    for arguments in (("--help",), ()):
        result = pygen(*arguments)
        assert result.returncode == (ExitCode.DONE if arguments else ExitCode.BAD_INPUT)
        assert result.stderr == ""
        assert all(command in result.stdout for command in ("demo", "generate", "serve", "--install-completion"))
        assert all(meaning in result.stdout for meaning in MEANINGS.values())


@pytest.mark.parametrize("command", ["demo", "generate", "serve"])
def test_every_command_has_help(command: str) -> None:
    result = pygen(command, "--help")
    assert result.returncode == ExitCode.DONE
    assert f"Usage: pygen {command}" in result.stdout
    assert "Exit codes" in result.stdout


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["generate", "--help"], ["serve", "--nonsense"]])
def test_what_needs_nothing_loads_nothing(arguments: list[str]) -> None:
    code = (
        "import sys\n"
        "from pygen.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print('loaded:', *[name for name in {HEAVY!r} if name in sys.modules])"
    )
    assert python(code, *arguments).stdout.splitlines()[-1] == "loaded:"


def test_help_shows_no_values_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("CDF_TOKEN", "IDP_CLIENT_SECRET"):
        monkeypatch.setenv(variable, "s3cret")
    shown = pygen("generate", "--help").stdout
    assert "CDF_TOKEN" in shown
    assert "s3cret" not in shown


@pytest.mark.parametrize("missing", ["typer", "libcst", "starlette"])
def test_without_the_extra_it_says_what_to_install(missing: str) -> None:
    code = (
        "import sys, importlib.util as util\n"
        "find = util.find_spec\n"
        f"util.find_spec = lambda name: None if name == {missing!r} else find(name)\n"
        "from pygen.__main__ import main\n"
        "main()"
    )
    result = python(code, "--version")
    assert result.returncode == ExitCode.BAD_INPUT
    assert result.stdout == ""
    assert result.stderr == (f"pygen: the command line is not installed (no {missing}): pip install 'cdf-pygen[cli]'\n")


def test_completion_is_offered() -> None:
    code = "from pygen.__main__ import main; main()"
    environment = {**os.environ, "_PYGEN_COMPLETE": "complete_bash", "COMP_WORDS": "pygen ge", "COMP_CWORD": "1"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=environment)
    assert result.stdout.split() == ["generate"]


def test_output_that_nobody_reads(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "pygen", "--help"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    complaints = process.stderr.read()
    process.stderr.close()
    assert (process.wait(), complaints) == (ExitCode.PIPE_CLOSED, b"")


def test_a_bug_keeps_its_traceback_and_has_a_code_of_its_own(tmp_path: Path) -> None:
    code = "import sys; import pygen.cli.app as a\ndef broken(*x): raise RuntimeError('oh')\na.plain_errors = broken\nsys.exit(a.run(['check']))"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert result.returncode == ExitCode.BUG
    assert "Traceback" in result.stderr
    assert "RuntimeError: oh" in result.stderr


@pytest.mark.parametrize(("language", "needed"), [("python", ["libcst"]), ("typescript", [])])
def test_generating_loads_only_what_the_model_and_the_language_need(
    model_file: Path, tmp_path: Path, language: str, needed: list[str]
) -> None:
    code = (
        "import sys; from pygen.cli.app import run; code = run(sys.argv[1:]); "
        "print('loaded:', *[name for name in ('libcst', 'yaml', 'rich', 'graphql', 'httpx') if name in sys.modules])"
    )
    result = python(code, "generate", "--file", str(model_file), "-l", language, "--output", str(tmp_path / "sdk"))
    assert result.stdout.splitlines()[-1].split() == ["loaded:", *needed]
