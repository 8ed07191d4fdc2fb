"""No page can rot: its Python runs, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from pygen.cli.connection import VARIABLES
from pygen.cli.exit_codes import MEANINGS
from tests.docs.pages import PAGES, ROOT, blocks, commands, run_page, title

WITH_PYTHON = [page for page in PAGES if any(True for _ in blocks(page))]
LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", WITH_PYTHON, ids=title)
async def test_the_python_of_a_page_runs(page: Path, sdk: ModuleType) -> None:
    """Pages may use `wind`, an open client, without saying where it comes from."""
    async with sdk.AsyncWindFarmClient.from_env() as wind:
        await run_page(page, {"wind": wind})


@pytest.mark.parametrize(("name", "option"), sorted(set().union(*map(commands, PAGES))))
def test_a_command_in_the_pages_exists(name: str, option: str, options: dict[str, set[str]]) -> None:
    assert name in options
    assert not option or option in options[name]


def test_links_between_pages_lead_to_files() -> None:
    broken = [
        f"{title(page)}: {target}"
        for page in PAGES
        for target in LINK.findall(page.read_text("utf-8"))
        if not (page.parent / target).exists()
    ]
    assert not broken


def test_the_navigation_names_every_page() -> None:
    navigation = (ROOT / "mkdocs.yml").read_text("utf-8")
    missing = [title(page) for page in PAGES[1:] if page.relative_to(ROOT / "docs").as_posix() not in navigation]
    assert not missing


def test_the_exit_codes_in_the_guide_are_those_of_the_commands() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", (ROOT / "docs/guide/errors.md").read_text("utf-8"), re.MULTILINE)
    assert {int(code): meaning for code, meaning in rows} == {int(code): meaning for code, meaning in MEANINGS.items()}


def test_the_variables_in_the_guide_are_those_of_the_command() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| `--([a-z-]+)`", (ROOT / "docs/guide/generating.md").read_text("utf-8"), re.MULTILINE
    )
    assert {option.replace("-", "_"): variable for variable, option in rows} == VARIABLES
