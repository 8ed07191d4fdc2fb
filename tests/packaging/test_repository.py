"""Rules for every file of the repository that no linter checks."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pygen_runtime import __version__

FOLDERS = ["pygen", "codegen", "runtime", "tests", "docs", "benchmarks", ".ci", ".github", ".vscode", ".run"]
SKIPPED = {"__pycache__", "node_modules", "golden", "build", "dist", "site"}

# Folders of somebody's machine. Paths of the API (/models, /token, ...) are fine.
MACHINE_PATH = re.compile(r"""(?<![\w.)}])(?:/(?:home|Users|root|work|workspace|builds|mnt)/|[A-Z]:\\\\?Users\\)""")
SUPPRESSION = re.compile(r"#\s*(?:noqa|type:\s*ignore|pyright:\s*ignore|pragma:\s*no cover)(?P<rest>.*)")
CODES = re.compile(r"^\s*(?::\s*[A-Z]+[0-9]+(?:\s*,\s*[A-Z]+[0-9]+)*|\[[\w\-, ]+\])")


def text_files(root: Path) -> Iterator[tuple[Path, str]]:
    """Every text file of the repository, with its content."""
    nested = (path for folder in FOLDERS for path in (root / folder).rglob("*"))
    for path in [*root.glob("*"), *nested]:
        inside = path.relative_to(root)
        hidden = any(part.endswith("_cache") for part in inside.parts)
        if not path.is_file() or hidden or SKIPPED & set(inside.parts) or path.suffix == ".pyc":
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            yield inside, content.decode("utf-8")


def test_no_path_of_somebodys_machine(root: Path) -> None:
    found = [f"{path}: {hit.group()}" for path, text in text_files(root) for hit in MACHINE_PATH.finditer(text)]
    assert not found


def test_no_tabs_no_carriage_returns_and_a_newline_at_the_end(root: Path) -> None:
    wrong = [str(path) for path, text in text_files(root) if "\t" in text or "\r" in text]
    wrong += [
        str(path) for path, text in text_files(root) if text and (not text.endswith("\n") or text.endswith("\n\n"))
    ]
    assert not wrong


def unexplained(text: str) -> Iterator[str]:
    """Comments that silence a tool without naming its rule and giving a reason."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        found = SUPPRESSION.search(token.string) if token.type == tokenize.COMMENT else None
        if found is None:
            continue
        codes = CODES.match(found["rest"])
        named = codes is not None or "pragma" in token.string
        reason = found["rest"][codes.end() if codes else 0 :]
        if not named or not re.search(r"\w", reason):
            yield f"line {token.start[0]}: {token.string}"


@pytest.mark.parametrize(
    ("line", "explained"),
    [
        ("x = 1  # noqa: E501  # the URL stays whole", True),
        ("x = 1  # noqa: E501, S105 - the word is no secret", True),
        ("x = 1  # type: ignore[assignment]  # its JSON can hold lists", True),
        ("x = 1  # pragma: no cover - only on Windows", True),
        ("x = '# noqa'", True),
        ("x = 1  # noqa", False),
        ("x = 1  # noqa: E501", False),
        ("x = 1  # type: ignore[assignment]", False),
        ("x = 1  # type: ignore  # it is what it is", False),
    ],
)
def test_what_counts_as_a_reason(line: str, explained: bool) -> None:
    assert bool(list(unexplained(line + "\n"))) is not explained


def test_whoever_silences_a_tool_says_why(root: Path) -> None:
    found = [f"{path} {hit}" for path, text in text_files(root) if path.suffix == ".py" for hit in unexplained(text)]
    assert not found


def test_the_licence_is_there(root: Path) -> None:
    licence = (root / "LICENSE").read_text("utf-8")
    assert "Apache License" in licence
    assert "Version 2.0, January 2004" in licence


def readme_command(root: Path, name: str) -> str:
    """What the script that continuous integration uses finds in the README."""
    done = subprocess.run([root / ".ci/readme-command", name], capture_output=True, text=True, check=True)
    return done.stdout.rstrip("\n")


@pytest.mark.skipif(shutil.which("bash") is None, reason="the commands are for a shell")
@pytest.mark.parametrize(("name", "ending"), [("demo", "pygen demo"), ("test", "-m pytest")])
def test_each_readme_command_is_one_line_that_a_shell_can_read(
    root: Path, pyproject: dict[str, Any], name: str, ending: str
) -> None:
    command = readme_command(root, name)
    assert f"\n{command}\n" in (root / "README.md").read_text("utf-8")
    assert command.startswith("python3 -m venv .venv && ")
    assert command.endswith(ending)
    subprocess.run(["bash", "-n", "-c", command], check=True)
    [extra] = re.findall(r"'\.\[(\w+)\]'", command)
    assert extra in pyproject["project"]["optional-dependencies"]


@pytest.mark.skipif(shutil.which("bash") is None, reason="the script is for a shell")
def test_a_readme_command_that_is_not_there_is_an_error(root: Path) -> None:
    done = subprocess.run([root / ".ci/readme-command", "dance"], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "dance" in done.stderr


def test_continuous_integration_runs_what_the_readme_says(root: Path) -> None:
    for path in (root / ".ci/run", root / ".github/workflows/ci.yml"):
        assert ".ci/readme-command test" in path.read_text("utf-8")


def test_the_typescript_runtime_has_the_same_version(root: Path) -> None:
    folder = root / "runtime" / "typescript"
    assert json.loads((folder / "package.json").read_text("utf-8"))["version"] == __version__
    assert f'"{__version__}"' in (folder / "src" / "version.ts").read_text("utf-8")
