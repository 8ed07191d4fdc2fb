"""What the tests of this room share."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def checker_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What mypy remembers of the runtime between tests."""
    return tmp_path_factory.mktemp("checkers")
