"""What importing an SDK costs: ours and the peers', of the same data models, each generated from the same server.

CogniteCore is what the local server brings; the two wide models have 500 views linked in groups of ten, and 100 views in one chain.
Every import runs in an interpreter of its own, with byte code at hand, in turn with the others; what the bare interpreter
needs is part of the memory, but not of the time.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

from benchmarks import environments, processes, rounds, sdks
from benchmarks.contenders import Row, Run
from benchmarks.sdks import CORE, Sdk

_MEASURE = """
import json, resource, sys
def cpu():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime
before, begun = set(sys.modules), cpu()
try:
    {statement}
    failure = None
except Exception as error:
    failure = type(error).__name__
used = cpu() - begun
if sys.platform == "linux":  # where ru_maxrss begins with what the parent had
    with open("/proc/self/status") as status:
        peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) * 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
packages = {{name.partition(".")[0] for name in set(sys.modules) - before}} - set(sys.stdlib_module_names)
packages = sorted(one for one in packages if not one.startswith("_"))
print(json.dumps(dict(cpu=used, peak=peak, modules=len(sys.modules), packages=packages, failure=failure)))
"""

_IN_TENS = ("Wide500of10", "Wide500of10", "1")
_IN_CHAIN = ("Wide100of100", "Wide100of100", "1")


class Import(NamedTuple):
    """One contender.

    Attributes:
        name: What the report calls it.
        model: What the report calls the data model.
        sdk: What is imported.
        statement: How.
    """

    name: str
    model: str
    sdk: Sdk
    statement: str


def _contenders() -> list[Import]:
    core, ten, chain = "CogniteCore", "500 views, linked in tens", "100 views in a chain"
    ours = Sdk("core", "ours", CORE)
    return [
        Import("pygen: both clients", core, ours, "from core import AsyncCogniteCoreClient, CogniteCoreClient"),
        Import("pygen: one class", core, ours, "from core import CogniteAsset"),
        _peer("cognite-pygen", core, "old_core", CORE),
        _peer("industrial-model", core, "im_core", CORE),
        Import("pygen: both clients", ten, Sdk("tens", "ours", _IN_TENS), _both("tens", "Wide500of10")),
        _peer("industrial-model", ten, "im_tens", _IN_TENS),
        Import("pygen: both clients", chain, Sdk("chain", "ours", _IN_CHAIN), _both("chain", "Wide100of100")),
        _peer("cognite-pygen", chain, "old_chain", _IN_CHAIN),
        _peer("industrial-model", chain, "im_chain", _IN_CHAIN),
    ]


def _peer(environment: str, model: str, package: str, ids: tuple[str, str, str]) -> Import:
    return Import(environment, model, Sdk(package, environment, ids), f"from {package} import BenchClient")


def _both(package: str, model: str) -> str:
    return f"from {package} import Async{model}Client, {model}Client"


def measure(how: Run) -> list[Row]:
    """Medians for each contender: CPU, peak memory, modules, and lines of the SDK."""
    contenders = [it for it in _contenders() if how.peers or it.sdk.environment == "ours"]
    how.progress("generating the SDKs")
    prepare([it.sdk for it in contenders])
    found: dict[Import, list[dict[str, Any]]] = {it: [] for it in contenders}
    for number in range(how.rounds + 1):
        how.progress(f"imports: round {number} of {how.rounds}" if number else "imports: warming up")
        for it in contenders:
            figures = _import(it)
            if number:
                found[it].append(figures)
    return [_row(it, figures) for it, figures in found.items()]


def prepare(wanted: Sequence[Sdk]) -> None:
    """Generates the SDKs: those of CogniteCore from the local server, those of wide models from prepared answers."""
    with sdks.server() as base_url:
        sdks.prepare([sdk for sdk in wanted if sdk.model == CORE], base_url)
    for model, views, group in ((_IN_TENS, 500, 10), (_IN_CHAIN, 100, 100)):
        with rounds.origin(1, definitions=sdks.wide_definitions(views, group)) as base_url:
            sdks.prepare([sdk for sdk in wanted if sdk.model == model], base_url)


def _row(it: Import, figures: Sequence[dict[str, Any]]) -> Row:
    failure = figures[0]["failure"]
    return {
        "model": it.model,
        "import": it.name,
        "cpu_ms": None if failure else round(median(one["cpu"] for one in figures) * 1000, 1),
        "memory_mib": None if failure else round(median(one["peak"] for one in figures) / 2**20, 1),
        "modules": None if failure else figures[0]["modules"],
        "lines_of_sdk": it.sdk.lines(),
        "packages": failure or ", ".join(figures[0]["packages"]) if it.sdk.environment == "ours" or failure else None,
    }


def _import(it: Import) -> dict[str, Any]:
    environment = "base" if it.sdk.environment == "ours" else it.sdk.environment
    command = [environments.python(environment), "-c", _MEASURE.format(statement=it.statement)]
    return dict(json.loads(processes.used(command).output.splitlines()[-1]))
