"""The pytest plugin: fixtures that give a local server. pytest finds it by its entry point; importing it loads nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pygen.testing.server import LocalServer


@pytest.fixture
def cdf_server() -> Iterator[LocalServer]:
    """A local server of this test alone: a free port, an empty database in memory."""
    from pygen.testing.server import local_server  # noqa: PLC0415 - brings the web framework

    with local_server() as server:
        yield server


@pytest.fixture(scope="session")
def cdf_server_session() -> Iterator[LocalServer]:
    """A local server that all tests share; with `snapshot` and `restore` they need not share its data."""
    from pygen.testing.server import local_server  # noqa: PLC0415 - brings the web framework

    with local_server() as server:
        yield server
