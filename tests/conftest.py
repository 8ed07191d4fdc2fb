"""Fixtures that every room's tests share."""

from __future__ import annotations

import importlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from pytest_asyncio.plugin import PytestAsyncioFunction

from tests.virtual_clock import VirtualClock


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files anew instead of comparing with them"
    )


def pytest_configure() -> None:
    """Let Ctrl-C be heard, by the tests' children too: whoever starts the tests in the background of a script may have it ignored."""
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request: pytest.FixtureRequest) -> object:
    """Tests marked `anyio` run on both event loops."""
    return request.param


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests marked `anyio` to anyio's plugin: pytest-asyncio in its auto mode takes them all, and runs them on asyncio only."""
    for number, item in enumerate(items):
        if isinstance(item, PytestAsyncioFunction) and item.get_closest_marker("anyio") is not None:
            items[number] = pytest.Function.from_parent(
                item.parent,
                name=item.name,
                callspec=getattr(item, "callspec", None),
                callobj=item.obj,
                fixtureinfo=item._fixtureinfo,
                keywords=item.keywords,
                originalname=item.originalname,
            )


@pytest.fixture
def virtual_clock() -> VirtualClock:
    """A clock whose sleeps take no time and are remembered."""
    return VirtualClock()


@pytest.fixture(scope="session")
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--update-golden"))


@pytest.fixture(scope="session")
def models_dir() -> Path:
    """The folder of real data models beside the checkout; not everybody has it, but CI must."""
    folder = Path(os.environ.get("PYGEN_MODELS", Path(__file__).resolve().parents[2] / "shared" / "models"))
    if not folder.is_dir():
        if os.environ.get("PYGEN_REQUIRE_MODELS") == "1":
            pytest.fail(f"PYGEN_REQUIRE_MODELS is set, but there are no models at {folder}")
        pytest.skip("the real data models are not here (PYGEN_MODELS names their folder)")
    return folder


@pytest.fixture
def local_server() -> Iterator[str]:
    """Base URL of a running local server with an empty database in memory."""
    from pygen.server import Store, run_in_thread

    store = Store.open(None)
    try:
        with run_in_thread(store) as base_url:
            yield base_url
    finally:
        store.close()


ImportSdk = Callable[[str, Mapping[str, str]], ModuleType]


@pytest.fixture
def import_sdk(tmp_path: Path) -> Iterator[ImportSdk]:
    """Imports a generated SDK, given as package name and files, from a temporary folder; forgotten after the test."""
    imported: list[str] = []
    folder = tmp_path / "sdk"
    folder.mkdir()
    sys.path.insert(0, str(folder))

    def import_(package: str, files: Mapping[str, str]) -> ModuleType:
        for path, text in files.items():
            target = folder / package / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8")
        imported.append(package)
        importlib.invalidate_caches()
        return importlib.import_module(package)

    yield import_
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.split(".")[0] in imported]:
        del sys.modules[name]
