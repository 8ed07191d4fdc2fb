"""From threads that block to the client that does not: opened when first needed, and again after a fork."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.client.core import unpicklable

if TYPE_CHECKING:
    from pygen_runtime.sync.loop_thread import LoopThread

R = TypeVar("R")


class Bridge:
    """What all parts of a synchronous client share: one asynchronous client, and the thread that it works in.

    Any number of threads may use it at once. When nobody refers to it any more its thread ends; at the end of the program too.

    Args:
        make: Makes the client; called at once, and again in each forked child that goes on working.

    Raises:
        UsageError: The client cannot be made.
    """

    def __init__(self, make: Callable[[], AsyncPygenClient]) -> None:
        self._make = make
        self._client: AsyncPygenClient | None = make()
        self._thread: LoopThread | None = None
        self._dropped: weakref.finalize[..., Bridge] | None = None
        self._lock = threading.Lock()
        self._closed = False
        _bridges.add(self)

    def __reduce__(self) -> NoReturn:
        raise unpicklable()

    @property
    def client(self) -> AsyncPygenClient:
        """The asynchronous client of this process. It works on the bridge's own event loop only.

        Raises:
            UsageError: This is a forked child, and the client cannot be made in it.
        """
        with self._lock:
            return self._made()

    def open(self) -> LoopThread:
        """The thread that the client works in, started if need be.

        Raises:
            ClientClosedError: The client is closed.
            UsageError: The client cannot be opened.
        """
        from pygen_runtime.sync.loop_thread import LoopThread, closed  # noqa: PLC0415  # loads asyncio, on first use only

        with self._lock:
            if self._closed:
                raise closed()
            if self._thread is None:
                self._thread = LoopThread(self._made())
                self._dropped = weakref.finalize(self, self._thread.stop)
                self._dropped.atexit = False
            return self._thread

    def run(self, work: Callable[[AsyncPygenClient], Awaitable[R]]) -> R:
        """Do some work with the client and wait for it; Ctrl-C cancels it.

        Raises:
            ClientClosedError: The client is closed.
            UsageError: The client cannot be opened, or this is called on its own event loop.
        """
        return self.open().call(work)

    def post(self, work: Callable[[], object]) -> None:
        """Have something quick done on the loop, if it runs; never blocks."""
        if (thread := self._thread) is not None:
            thread.post(work)

    def spawn(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Have something done on the loop, if it runs, and do not wait for it; never blocks."""
        if (thread := self._thread) is not None:
            thread.spawn(work)

    def close(self) -> None:
        """End everything and wait for that; calls that other threads have under way end with an error. A second time is fine."""
        with self._lock:
            self._closed = True
            thread = self._thread
        if thread is not None:
            thread.stop()
            thread.join()

    def after_fork(self) -> None:
        """Begin anew in a forked child, where no thread is left and all sockets are the parent's."""
        _of_the_parent.append((self._thread, self._client))
        if self._dropped is not None:
            self._dropped.detach()
        self._lock = threading.Lock()
        self._thread = self._client = self._dropped = None

    def _made(self) -> AsyncPygenClient:
        if self._client is None:
            self._client = self._make()
        return self._client


class View(Bridge):
    """The same bridge, to a client that looks through the other one with options of its own.

    Args:
        bridge: The bridge; opened and closed by its owner.
        look: From the bridge's client to the one that this leads to.
    """

    def __init__(self, bridge: Bridge, look: Callable[[AsyncPygenClient], AsyncPygenClient]) -> None:
        self._bridge, self._look = bridge, look
        look(bridge.client)  # arguments that cannot work are refused now

    @property
    def client(self) -> AsyncPygenClient:
        """See `Bridge.client`."""
        return self._look(self._bridge.client)

    def open(self) -> LoopThread:
        """See `Bridge.open`."""
        return self._bridge.open()

    def run(self, work: Callable[[AsyncPygenClient], Awaitable[R]]) -> R:
        """See `Bridge.run`."""
        return self._bridge.run(lambda client: work(self._look(client)))

    def post(self, work: Callable[[], object]) -> None:
        """See `Bridge.post`."""
        self._bridge.post(work)

    def spawn(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """See `Bridge.spawn`."""
        self._bridge.spawn(work)

    def close(self) -> None:
        """See `Bridge.close`."""
        self._bridge.close()


_bridges: weakref.WeakSet[Bridge] = weakref.WeakSet()
_of_the_parent: list[object] = []  # kept, so that nothing tries to close what the parent uses


def _after_fork() -> None:
    for bridge in list(_bridges):
        bridge.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
