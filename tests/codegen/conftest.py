"""What the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.codegen.typescript_tools import Tools, tools


@pytest.fixture(scope="session")
def checker_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy remembers of the runtime between tests."""
    return tmp_path_factory.mktemp("checkers")


@pytest.fixture(scope="session")
def typescript(tmp_path_factory: pytest.TempPathFactory) -> Tools:
    """The compiler and the formatter of TypeScript."""
    return tools(tmp_path_factory.mktemp("runtime"))
