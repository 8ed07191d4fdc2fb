"""The synchronous twin of `pygen_runtime.client`: the same names, without `await`, over a thread with one event loop."""

from pygen_runtime.sync.bridge import Bridge
from pygen_runtime.sync.client import PygenClient
from pygen_runtime.sync.reader import PageReader

__all__ = ["Bridge", "PageReader", "PygenClient"]
