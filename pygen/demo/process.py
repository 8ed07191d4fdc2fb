"""The local server as a process of its own, which ends with the demo whatever ends the demo."""

from __future__ import annotations

import queue
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, NamedTuple

from pygen.demo.errors import DemoError

_ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_LISTENING = re.compile(r"Listening on (http://\S+)")
_PATIENCE = 10.0  # seconds that the server gets to stop by itself
_SHOWN = 20  # last lines of what the server wrote, when it fails


class Running(NamedTuple):
    """A server that runs.

    Attributes:
        base_url: Where it listens.
        folder: The temporary folder, gone when the server is.
    """

    base_url: str
    folder: Path


@contextmanager
def local_server(*, command: Sequence[str] | None = None, timeout: float = 30) -> Iterator[Running]:
    """Runs `pygen serve` on a free port of this machine, with an empty database in a temporary folder.

    However the block is left, by Ctrl-C, SIGTERM or the closing of the terminal too, the server has stopped and the folder is
    gone afterwards. The server gets no signals from the terminal itself, so that it is stopped once and in order.

    Args:
        command: The command to run instead; `{folder}` in it becomes the temporary folder.
        timeout: Seconds to wait for the server to say that it listens.

    Yields:
        Where the server is, and the folder, which is there for other files too.

    Raises:
        DemoError: The server did not start; the message holds what it wrote.
    """
    with _terminated_as_interrupt():
        with _held_back():
            folder = Path(tempfile.mkdtemp(prefix="pygen-demo-"))
            process = _start(command or _serve(), folder)
        try:
            yield Running(_address(process, folder, timeout), folder)
        finally:
            with _held_back():
                _stop(process)
                shutil.rmtree(folder, ignore_errors=True)


def _serve() -> list[str]:
    return [sys.executable, "-m", "pygen", "serve", "--port", "0", "--database", "{folder}/demo.sqlite"]


def _start(command: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    words = [word.replace("{folder}", str(folder)) for word in command]
    try:
        with (folder / "server.log").open("w", encoding="utf-8") as log:
            return subprocess.Popen(  # noqa: S603 - our own interpreter and module
                words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DemoError(f"the local server cannot be started: {error}") from error


def _address(process: subprocess.Popen[str], folder: Path, timeout: float) -> str:
    """Waits for the line that names the address."""
    assert process.stdout is not None  # noqa: S101 - started with a pipe
    lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
    threading.Thread(target=_read, args=(process.stdout, lines), daemon=True).start()
    try:
        while (line := lines.get(timeout=timeout)) is not None:
            if found := _LISTENING.search(line):
                return found[1]
    except queue.Empty:
        raise DemoError(f"the local server did not start within {timeout:g} s{_written(folder)}") from None
    raise DemoError(f"the local server ended before it listened{_written(folder)}")


def _read(lines: IO[str], into: queue.SimpleQueue[str | None]) -> None:
    """Reads to the end, so that the server never waits for somebody to read what it prints; None says that it ended."""
    with lines:
        for line in lines:
            into.put(line)
    into.put(None)


def _written(folder: Path) -> str:
    text = (folder / "server.log").read_text(encoding="utf-8", errors="replace")
    lines = text.strip().splitlines()[-_SHOWN:]
    return "; it wrote:\n" + "\n".join(lines) if lines else "; it wrote nothing"


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.wait(timeout=_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _terminated_as_interrupt() -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as Ctrl-C does, and the process afterwards with the code that shells expect."""
    if threading.current_thread() is not threading.main_thread():
        yield  # signals reach the main thread only
        return
    received: list[int] = []

    def interrupt(number: int, _: FrameType | None) -> None:
        received.append(number)
        if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:  # as scripts start what runs in the background
            raise KeyboardInterrupt
        signal.raise_signal(signal.SIGINT)

    before = {number: signal.signal(number, interrupt) for number in _ENDING if number != signal.SIGINT}
    try:
        yield
    except KeyboardInterrupt:
        if received:
            raise SystemExit(128 + received[0]) from None
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _held_back() -> Iterator[None]:
    """Signals that would end the process wait until the block is done; several count as one."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    received: list[int] = []
    before = {number: signal.signal(number, lambda number, _: received.append(number)) for number in _ENDING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if received:
            signal.raise_signal(received[0])
