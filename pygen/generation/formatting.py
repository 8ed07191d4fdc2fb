"""The user's ruff over generated files, before they are written: with the settings that hold where they will stand."""

from __future__ import annotations

import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from pathlib import Path

from pygen_codegen.errors import OutputError
from pygen_runtime.errors import UsageError

_SECONDS = 60


def ruff_formatted(files: Mapping[str, str], folder: Path) -> dict[str, str]:
    """The files as `ruff check --fix` and `ruff format` leave them; what is no Python stays as it is.

    Args:
        files: Path to text.
        folder: Where they will stand: ruff takes its settings from there, or from above.

    Raises:
        UsageError: ruff is not installed.
        OutputError: It refuses.
    """
    ruff = find_ruff()
    return {
        path: _formatted(ruff, folder / path, text) if path.endswith(".py") else text for path, text in files.items()
    }


def find_ruff() -> str:
    """The ruff beside this Python, else the one on the path.

    Raises:
        UsageError: There is none.
    """
    found = shutil.which("ruff", path=sysconfig.get_path("scripts")) or shutil.which("ruff")
    if found is None:
        raise UsageError("ruff is not installed: pip install ruff, or generate without --ruff")
    return found


def _formatted(ruff: str, path: Path, text: str) -> str:
    fixed = _run([ruff, "check", "--fix-only", "--exit-zero", "--quiet", "--no-cache"], path, text)
    return _checked(path, _run([ruff, "format", "--quiet", "--no-cache"], path, fixed))


def _run(command: list[str], path: Path, text: str) -> str:
    command = [*command, "--stdin-filename", str(path.absolute()), "-"]
    folder = next(each for each in path.absolute().parents if each.is_dir())
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and nothing of a model among the arguments
            command, input=text.encode(), capture_output=True, check=False, timeout=_SECONDS, cwd=folder
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise OutputError(f"ruff cannot be used: {error}; generate without --ruff") from error
    if done.returncode != 0:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())
        raise OutputError(f"ruff refuses {path.name}: {said}; correct its settings, or generate without --ruff")
    return done.stdout.decode("utf-8")


def _checked(path: Path, text: str) -> str:
    try:
        compile(text, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise OutputError(f"what ruff made of {path.name} is no valid Python ({error}); check its settings") from error
    return text
