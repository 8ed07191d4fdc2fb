"""How long a short script takes: from the start of its process until it has one instance, and has ended."""

from __future__ import annotations

from statistics import median

from benchmarks import environments, imports, processes, sdks
from benchmarks.contenders import Contender, Row, Run
from benchmarks.sdks import CORE, Sdk

CONTENDERS = (
    Contender("pygen", "base", "first_pygen"),
    Contender("pygen, without await", "base", "first_pygen_sync"),
    Contender("cognite-pygen", "cognite-pygen", "first_cognite_pygen"),
    Contender("industrial-model", "industrial-model", "first_industrial_model"),
)
_SDKS = (Sdk("core", "ours", CORE), Sdk("old_core", "cognite-pygen", CORE), Sdk("im_core", "industrial-model", CORE))


def measure(how: Run) -> list[Row]:
    """CPU, wall time and memory of the whole process; the SDK is that of CogniteCore, the server the local one.

    Ours runs with what it needs and no more: httpcore imports trio wherever it is installed, as it is here for the tests.
    """
    contenders = how.chosen(CONTENDERS)
    imports.prepare([sdk for sdk in _SDKS if how.peers or sdk.environment == "ours"])
    found: dict[Contender, list[processes.Usage]] = {it: [] for it in contenders}
    with sdks.server() as base_url:
        sdks.add_assets(base_url, 10)
        for number in range(how.rounds + 1):
            how.progress(f"first instance: round {number} of {how.rounds}" if number else "first instance: warming up")
            for it in contenders:
                script = environments.DRIVERS / f"{it.driver}.py"
                used = processes.used([environments.python(it.environment), "-W", "ignore", script, base_url])
                if not used.output.startswith("Asset "):
                    raise processes.CommandError(f"{it.name} found no asset: {used.output!r}")
                if number:
                    found[it].append(used)
    return [
        {
            "contender": it.name,
            "cpu_ms": round(median(one.cpu for one in them) * 1000, 1),
            "wall_ms": round(median(one.wall for one in them) * 1000, 1),
            "memory_mib": round(median(one.peak for one in them) / 2**20, 1),
        }
        for it, them in found.items()
    ]
