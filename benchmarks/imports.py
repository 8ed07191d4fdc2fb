"""What importing an SDK costs: ours and cognite-pygen's, of the same data model, generated from the same server.

The data model is CogniteCore, which the local server brings. Every import runs in an interpreter of its own, with byte code at hand,
in turn with the others; what the bare interpreter needs is part of the memory, but not of the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks import environments
from pygen.server import Store, run_in_thread

MODEL = ("cdf_cdm", "CogniteCore", "v1")

_MEASURE = """
import resource, sys
def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
before = cpu()
{statement}
after = cpu()
if sys.platform == "linux":  # where ru_maxrss begins with what the parent had
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(after - before, peak, len(sys.modules))
"""


class Import(NamedTuple):
    """One contender.

    Attributes:
        name: What the report calls it.
        environment: Where it runs.
        package: The folder of the SDK.
        statement: What is measured.
    """

    name: str
    environment: str
    package: str
    statement: str


CONTENDERS = (
    Import("pygen: both clients", "ours", "core", "from core import AsyncCogniteCoreClient, CogniteCoreClient"),
    Import("pygen: one class", "ours", "core", "from core import CogniteAsset"),
    Import("pygen: the package", "ours", "core", "import core"),
    Import("cognite-pygen: the client", "cognite-pygen", "old_core", "from old_core import CoreClient"),
)


def measure(*, rounds: int, peers: bool, progress: Callable[[str], None]) -> list[dict[str, Any]]:
    """Medians for each contender: CPU, peak memory, modules, and lines of the SDK.

    Args:
        rounds: How often each is imported.
        peers: Whether cognite-pygen's SDK is generated and measured, too.
        progress: Told what happens.
    """
    contenders = [it for it in CONTENDERS if peers or it.environment == "ours"]
    progress("generating the SDKs of CogniteCore")
    _prepare(peers=peers)
    found: dict[Import, list[tuple[float, int, int]]] = {it: [] for it in contenders}
    for number in range(rounds + 1):
        progress(f"round {number} of {rounds}" if number else "warming up")
        for it in contenders:
            figures = _import(it)
            if number:
                found[it].append(figures)
    theirs = [median(one[0] for one in found[it]) for it in contenders if it.environment != "ours"]
    return [_row(it, figures, theirs[0] if theirs else None) for it, figures in found.items()]


def _row(it: Import, figures: list[tuple[float, int, int]], theirs: float | None) -> dict[str, Any]:
    cpu, peak, modules = (median(one) for one in zip(*figures, strict=True))
    return {
        "import": it.name,
        "cpu_ms": round(cpu * 1000, 1),
        "share_of_cognite_pygen": round(cpu / theirs, 3) if theirs else None,
        "memory_mib": round(peak / 2**20, 1),
        "modules": int(modules),
        "lines_of_sdk": _lines(it.package),
    }


def _import(it: Import) -> tuple[float, int, int]:
    command = [str(environments.python(it.environment)), "-c", _MEASURE.format(statement=it.statement)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=_environment())
    cpu, peak, modules = done.stdout.split()
    return float(cpu), int(peak), int(modules)


def _environment() -> dict[str, str]:
    """With byte code written, and kept, whatever the shell says: who uses an SDK compiles it once."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    paths = {"PYTHONPATH": "sdks", "PYTHONPYCACHEPREFIX": "bytecode"}
    return {**kept, **{name: str(environments.HOME / folder) for name, folder in paths.items()}}


def _lines(package: str) -> int:
    files = (environments.HOME / "sdks" / package).rglob("*.py")
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)


def _prepare(*, peers: bool) -> None:
    sdks = environments.HOME / "sdks"
    sdks.mkdir(parents=True, exist_ok=True)
    with closing(Store.open()) as store, run_in_thread(store) as base_url:
        _generate_ours(base_url, sdks / "core")
        if peers and not (sdks / "old_core").exists():
            environments.generate_old(base_url, MODEL, sdks / "old_core", client="CoreClient")


def _generate_ours(base_url: str, output: Path) -> None:
    space, external_id, version = MODEL
    wanted = ["--space", space, "--external-id", external_id, "--version", version]
    server = ["--base-url", base_url, "--project", "bench", "--token", "bench"]
    command = [sys.executable, "-m", "pygen", "generate", *wanted, *server, "--output", str(output), "--force"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
