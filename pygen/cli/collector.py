"""The garbage collector, which has nothing to do in commands that generate and end."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cycles inside: models, trees and texts hold none, and looking through all of them takes a tenth of the time.

    What is no longer referred to is freed as ever. Not for commands that go on for long, such as the server.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
