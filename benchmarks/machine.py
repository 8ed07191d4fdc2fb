"""Where figures come from, told so that they can be compared: never who or where the machine is."""

from __future__ import annotations

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import environments

_PACKAGES = ("httpx", "anyio", "msgspec", "libcst", "polars", "pyarrow", "pandas", "isal")


def described() -> dict[str, str]:
    """What → how much of it or which."""
    peers = sorted({one for wanted in environments.PEERS.values() for one in wanted if "==" in one})
    return {
        "measured on": datetime.now(UTC).date().isoformat(),
        "cores": str(os.cpu_count()),
        "memory": f"{_memory():.0f} GiB",
        "system": f"{platform.system()} on {platform.machine()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "packages": ", ".join(filter(None, map(_version, _PACKAGES))),
        "peers": ", ".join(one.replace("==", " ") for one in peers),
        "load when it began": _load(),
    }


def _version(package: str) -> str:
    version = environments.version_here(package)
    return f"{package} {version}" if version else ""


def _memory() -> float:
    if sys.platform == "win32":
        return 0.0
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _load() -> str:
    """What else ran: processes that wanted a core in the last minute, before anything was measured."""
    told = Path("/proc/loadavg")
    return told.read_text().split()[0] if told.exists() else "unknown"
