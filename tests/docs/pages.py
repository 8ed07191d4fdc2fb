"""Reading the pages: their Python blocks, and the commands they show."""

from __future__ import annotations

import ast
import asyncio
import builtins
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import FunctionType

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]

PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CONSOLE = re.compile(r"^```(?:console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"\bpygen (?P<name>[a-z]+)(?P<rest>(?: +[^\s&|#]+)*)")
INLINE = re.compile(r"`(pygen [a-z]+[^`]*)`")


def title(page: Path) -> str:
    """How a test of a page is named."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> Iterator[tuple[str, str]]:
    """The Python blocks of a page, padded so that line numbers in tracebacks are those of the page."""
    text = page.read_text("utf-8")
    for found in PYTHON.finditer(text):
        line = text.count("\n", 0, found.start(1))
        yield f"{title(page)}:{line + 1}", "\n" * line + found.group(1)


async def run_page(page: Path, names: dict[str, object]) -> None:
    """Run the Python blocks of a page in order, as one program; `await` works at top level.

    A block without it runs in a thread of its own, so that it can call `asyncio.run` as a program would.
    """
    shared = {"__name__": "page", "__builtins__": builtins, **names}
    for _, source in blocks(page):
        code = compile(source, title(page), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
        block = FunctionType(code, shared)
        if code.co_flags & inspect.CO_COROUTINE:
            await block()
        else:
            await asyncio.to_thread(block)


def commands(page: Path) -> set[tuple[str, str]]:
    """(command, option) for every option of every `pygen …` that a page shows; the option is empty for the bare command."""
    text = page.read_text("utf-8")
    shown = [*CONSOLE.findall(text), *INLINE.findall(text)]
    found: set[tuple[str, str]] = set()
    for piece in shown:
        for command in COMMAND.finditer(piece):
            options = re.findall(r"(?<=\s)--[a-z-]+", command["rest"])
            found |= {(command["name"], option) for option in ["", *options]}
    return found
