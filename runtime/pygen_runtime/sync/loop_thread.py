"""An event loop in a thread of its own, on which one asynchronous client works."""

from __future__ import annotations

import asyncio
import atexit
import os
import sys
import threading
import weakref
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import CancelledError, Future, wait
from typing import Any, TypeVar

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import ClientClosedError, UsageError

R = TypeVar("R")

_PATIENCE = 0.5 if sys.platform == "win32" else None  # on Windows, Ctrl-C does not interrupt the wait for a lock
_AT_EXIT = 10.0  # seconds that the end of the program waits for a thread; closing connections alone may take 5


class LoopThread:
    """Runs a client from now until `stop`, in a daemon thread.

    The loop is asyncio's, and work reaches it in one hop. anyio's blocking portal takes two for each call, and Ctrl-C between them
    would leave a call behind that nobody can cancel.

    Args:
        client: The client, which has not been opened.

    Raises:
        UsageError: The client cannot be opened.
    """

    def __init__(self, client: AsyncPygenClient) -> None:
        self._client = client
        # Reentrant: a garbage collection in `_submit` may run a finalizer that calls `post`.
        self._lock = threading.RLock()
        self._loop = asyncio.new_event_loop()
        self._stopping = asyncio.Event()
        self._stopped = False
        self._opened: Future[None] = Future()
        self._ended: Future[None] = Future()
        self._thread = threading.Thread(target=self._run, name="pygen", daemon=True)
        self._thread.start()
        try:
            self._opened.result()
        except BaseException:  # Ctrl-C too
            self.stop()
            raise
        _running.add(self)

    def call(self, work: Callable[[AsyncPygenClient], Awaitable[R]]) -> R:
        """Do some work on the loop and wait for it; Ctrl-C cancels it.

        Raises:
            ClientClosedError: The client is closed, or was while this waited.
            UsageError: This is called on the loop itself.
        """
        if threading.current_thread() is self._thread:
            raise UsageError(
                "a synchronous client was called by its own event loop, such as from a token provider or a hook: it would wait for itself; "
                "give that a client of its own"
            )
        future = self._submit(work)
        try:
            while _PATIENCE and not future.done():
                wait([future], _PATIENCE)
            return future.result()
        except CancelledError:
            raise closed() from None
        finally:
            future.cancel()  # without effect once it is done

    def post(self, work: Callable[[], object]) -> None:
        """Have something quick done on the loop, soon, if it is still running. Never blocks; for finalizers too."""
        with self._lock:
            if not self._stopped:
                self._loop.call_soon_threadsafe(work)

    def spawn(self, work: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Have something done on the loop, if it is still running, without waiting for it. Never blocks."""
        with self._lock:
            if not self._stopped:
                asyncio.run_coroutine_threadsafe(work(), self._loop)

    def stop(self) -> None:
        """Let everything end, without waiting for it."""
        with self._lock:
            if not self._stopped:
                self._stopped = True
                if not self._loop.is_closed():
                    self._loop.call_soon_threadsafe(self._stopping.set)

    def join(self, timeout: float | None = None) -> None:
        """Wait until everything has ended.

        Raises:
            Exception: What a task of the client raised, which none should.
        """
        if threading.current_thread() is not self._thread and wait([self._ended], timeout).done:
            self._thread.join(timeout)
            self._ended.result()

    def _submit(self, work: Callable[[AsyncPygenClient], Awaitable[R]]) -> Future[R]:
        async def run() -> R:
            return await work(self._client)

        with self._lock:  # nothing may reach the loop after the order to stop: nobody would ever answer it
            if self._stopped:
                raise closed()
            return asyncio.run_coroutine_threadsafe(run(), self._loop)

    def _run(self) -> None:
        # Not `asyncio.run`: it waits for look-ups of host names that hang, and starts a thread for that, which the end of a
        # program forbids.
        error: BaseException | None = None
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as raised:  # noqa: BLE001  # raised again in the thread that opens or joins
            error = raised
        finally:
            self._loop.close()
        for future in (self._opened, self._ended):
            if not future.done():
                future.set_result(None) if error is None else future.set_exception(error)

    async def _serve(self) -> None:
        try:
            async with self._client:
                self._opened.set_result(None)
                await self._stopping.wait()
        finally:
            rest = asyncio.all_tasks() - {asyncio.current_task()}
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
            await self._loop.shutdown_asyncgens()


def closed() -> ClientClosedError:
    """What a closed client raises."""
    return ClientClosedError("the client was closed; make a new one to go on")


_running: weakref.WeakSet[LoopThread] = weakref.WeakSet()


@atexit.register
def _stop_all() -> None:
    threads = list(_running)
    for thread in threads:
        thread.stop()
    for thread in threads:
        thread.join(_AT_EXIT)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_running.clear)  # the threads of the parent are not there to be stopped
