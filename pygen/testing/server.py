"""`LocalServer`: a running server, as a test holds it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import anyio

from pygen.server import Store, run_in_thread
from pygen.server.control import Control
from pygen.server.snapshots import Snapshot
from pygen_runtime import PygenClient
from pygen_runtime.client import AsyncPygenClient, ClientSettings

if TYPE_CHECKING:
    import httpx

    from pygen.server.faults import Faults
    from pygen.server.journal import Journal
    from pygen.testing.seeding import Seeded

T = TypeVar("T")

PROJECT = "test"
TOKEN = "local"  # noqa: S105 - any token does


class LocalServer:
    """A local server that runs while its `local_server` block or its fixture does.

    Attributes:
        base_url: Where it listens, on this computer alone.
        project: A project; any other name does as well, and leads to the same data.
        token: A token; any other does as well.
    """

    def __init__(self, base_url: str, store: Store, control: Control, snapshots: contextlib.ExitStack) -> None:
        self.base_url = base_url
        self.project = PROJECT
        self.token = TOKEN
        self._store = store
        self._control = control
        self._snapshots = snapshots

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that lead clients here: `monkeypatch.setenv` them, or give them to a process."""
        return {"CDF_URL": self.base_url, "CDF_PROJECT": self.project, "CDF_TOKEN": self.token}

    @property
    def faults(self) -> Faults:
        """What goes wrong: nothing, unless a plan is put here."""
        return self._control.faults

    @property
    def journal(self) -> Journal:
        """The requests so far."""
        return self._control.journal

    def client(self, settings: ClientSettings | None = None) -> AsyncPygenClient:
        """A client of this server, for an `async with` block."""
        return AsyncPygenClient.from_token(
            base_url=self.base_url, project=self.project, token=self.token, settings=settings
        )

    def sync_client(self, settings: ClientSettings | None = None) -> PygenClient:
        """A client of this server for code that does not await, for a `with` block."""
        return PygenClient.from_token(base_url=self.base_url, project=self.project, token=self.token, settings=settings)

    def http(self) -> httpx.Client:
        """A plain HTTP client for a `with` block; its paths are relative to the project, such as `models/spaces`."""
        import httpx  # noqa: PLC0415 - for those who want it

        return httpx.Client(
            base_url=f"{self.base_url}/api/v1/projects/{self.project}",
            headers={"authorization": f"Bearer {self.token}"},
        )

    def seed(
        self,
        *paths: str | Path,
        view: str | None = None,
        space: str | None = None,
        columns: Mapping[str, str | None] | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> Seeded:
        """Deploy data models and load data from files and folders; see `pygen.testing.seeding` for what they may hold.

        Args:
            paths: Files and folders. All models are deployed first, then all data is loaded.
            view: View that the rows of CSV files are instances of, as `space:externalId/version` or external id, or
                `View.connection` for its edges; by default what the file is named after.
            space: Space of the instances in CSV files without a column `space`.
            columns: Names for columns of CSV files that are called otherwise there; None leaves a column out.
            variables: Values for `{{ placeholders }}`.

        Returns:
            What was deployed and loaded.

        Raises:
            SeedError: A file cannot be used; the message says where and why.
        """
        from pygen.testing.seeding import Seed  # noqa: PLC0415 - brings the sources of models

        seed = Seed.read([Path(path) for path in paths], variables=variables, view=view, space=space, columns=columns)

        async def load() -> Seeded:
            async with self.client() as client:
                return await seed.load(client)

        return _in_thread(load)

    def snapshot(self) -> Snapshot:
        """The whole database as it is now. It is freed with the server; close it to have that earlier."""
        return self._snapshots.enter_context(Snapshot(self._store))

    def restore(self, snapshot: Snapshot) -> None:
        """Make the database what it was. Plans and journal stay as they are.

        Raises:
            LocalServerError: The snapshot is closed.
        """
        snapshot.restore(self._store)

    def __repr__(self) -> str:
        return f"LocalServer({self.base_url!r})"


@contextlib.contextmanager
def local_server(database: str | Path | None = None) -> Iterator[LocalServer]:
    """A server of its own on a free port of the loopback address, while the block runs.

    Args:
        database: File of the database; None keeps everything in memory.

    Raises:
        LocalServerError: The database cannot be used.
    """
    control = Control()
    with (
        contextlib.closing(Store.open(database)) as store,
        contextlib.ExitStack() as snapshots,
        run_in_thread(store, control=control) as base_url,
    ):
        yield LocalServer(base_url, store, control, snapshots)


class _Outcome(Generic[T]):
    value: T
    error: BaseException | None = None


def _in_thread(work: Callable[[], Awaitable[T]]) -> T:
    """Run async work to its end, also where an event loop is running already."""
    outcome: _Outcome[T] = _Outcome()

    def run() -> None:
        try:
            outcome.value = anyio.run(work)
        except BaseException as error:  # noqa: BLE001 - raised again below, in the thread that asked
            outcome.error = error

    thread = threading.Thread(target=run, name="pygen-seed")
    thread.start()
    thread.join()
    if outcome.error is not None:
        raise outcome.error
    return outcome.value
