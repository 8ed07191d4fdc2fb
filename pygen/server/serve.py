"""The server on a socket: `serve` for the command line, `run_in_thread` for tests and demonstrations in process."""

from __future__ import annotations

import contextlib
import pathlib
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from types import FrameType

import uvicorn

from pygen.server.app import create_app
from pygen.server.control import Control, controlled
from pygen.server.database_lock import held
from pygen.server.errors import LocalServerError
from pygen.server.sockets import Http
from pygen.server.store import Store
from pygen.server.waits import Waits

_SECONDS_TO_STOP = 10
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """Calls back once requests are accepted, lets delayed requests go on when it stops, and leaves signals to its caller."""

    def __init__(self, config: uvicorn.Config, on_ready: Callable[[], None], waits: Waits) -> None:
        super().__init__(config)
        self._on_ready = on_ready
        self._waits = waits

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._waits.end()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def listen(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A socket to serve on.

    Args:
        host: Address or name; the default can be reached from this computer alone.
        port: 0 takes a free one.

    Raises:
        LocalServerError: The address is taken or not this computer's.
    """
    if not 0 <= port <= 65535:
        raise LocalServerError(f"Cannot listen on {host}:{port}: a port is between 0 and 65535.")
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
    except (OSError, UnicodeError, OverflowError) as error:
        raise LocalServerError(f"Cannot listen on {host}:{port}: {error}. Choose another host.") from error
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except OSError as error:
        listener.close()
        raise LocalServerError(
            f"Cannot listen on {host}:{port}: {error.strerror or error}. Choose another port, or 0 for any free one."
        ) from error
    return listener


def base_url(listener: socket.socket) -> str:
    """The URL that reaches a socket."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(str(host), str(host))  # noqa: S104  # compares, does not bind
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _server(
    store: Store, on_ready: Callable[[], None], control: Control | None = None, *, cors_origins: Sequence[str] = ()
) -> _Server:
    waits = Waits()
    config = uvicorn.Config(
        controlled(create_app(store, cors_origins=cors_origins), control or Control(), waits),
        http=Http,
        log_level="warning",
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
        server_header=False,
        h11_max_incomplete_event_size=256 * 1024,
    )
    return _Server(config, on_ready, waits)


def serve(
    host: str = "127.0.0.1",
    port: int = 0,
    database: str | pathlib.Path | None = None,
    *,
    on_ready: Callable[[str], None] | None = None,
    cors_origins: Sequence[str] = (),
) -> None:
    """Serve until SIGINT or SIGTERM; running requests finish, without the delays of a fault plan, and every acknowledged write is kept.

    Call it from the main thread.

    Args:
        host: Address to listen on; the default can be reached from this computer alone.
        port: Port to listen on; 0 takes a free one.
        database: File of the database; None keeps everything in memory.
        on_ready: Called with the base URL once requests are accepted.
        cors_origins: Origins of web pages whose scripts may use the server; `*` for any.

    Raises:
        LocalServerError: The address is taken, or the database cannot be used; another server may have it.
    """
    with (
        contextlib.closing(listen(host, port)) as listener,
        held(database),
        contextlib.closing(Store.open(database)) as store,
    ):
        url = base_url(listener)
        server = _server(store, lambda: on_ready(url) if on_ready else None, cors_origins=cors_origins)

        def stop(_signal: int, _frame: FrameType | None) -> None:
            server.should_exit = True

        before = {number: signal.signal(number, stop) for number in _SIGNALS}
        try:
            server.run(sockets=[listener])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@contextlib.contextmanager
def run_in_thread(
    store: Store, *, host: str = "127.0.0.1", port: int = 0, control: Control | None = None
) -> Iterator[str]:
    """Serve a store from a thread of its own while the block runs; yields the base URL.

    Args:
        store: What to serve; it stays the caller's to close.
        host: Address to listen on; the default can be reached from this computer alone.
        port: Port to listen on; 0 takes a free one.
        control: Faults and journal, to set and read from the calling thread.

    Raises:
        LocalServerError: The address is taken.
    """
    with contextlib.closing(listen(host, port)) as listener:
        ready = threading.Event()
        server = _server(store, ready.set, control)

        def run() -> None:
            try:
                server.run(sockets=[listener])
            finally:
                ready.set()

        thread = threading.Thread(target=run, name="pygen-server", daemon=True)
        thread.start()
        ready.wait()
        if not server.started:
            thread.join()
            raise LocalServerError("The local server did not start; its log says why.")
        try:
            yield base_url(listener)
        finally:
            server.should_exit = True
            thread.join()
