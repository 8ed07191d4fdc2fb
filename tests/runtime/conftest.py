"""With `PYGEN_HTTP=httpx2` this folder's tests run over that library: whatever they import as httpx is it."""

from __future__ import annotations

import importlib
import os
import sys

if os.environ.get("PYGEN_HTTP") == "httpx2":
    sys.modules["httpx"] = importlib.import_module("httpx2")
