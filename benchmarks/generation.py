"""What generating an SDK costs, from the start of the process to formatted files, the model read from a server."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import NamedTuple

from benchmarks import processes, rounds, sdks
from benchmarks.contenders import Row, Run
from benchmarks.sdks import CORE, Sdk

_OURS = "cli"  # has what users of the command line install, as the environments of the others do: more packages mean more imports


class Generation(NamedTuple):
    """One contender and one model.

    Attributes:
        name: What the report calls it.
        environment: Whose generator.
        views: Of the wide model; 0 is CogniteCore.
        formatted: Whether a formatter runs too; the others' files are formatted as they are.
        once: Whether one round must do, because it takes long.
        language: Of the SDK; only ours has a choice.
    """

    name: str
    environment: str
    views: int = 0
    formatted: bool = False
    once: bool = False
    language: str = "python"


CONTENDERS = (
    Generation("pygen", _OURS),
    Generation("pygen, TypeScript", _OURS, language="typescript"),
    Generation("industrial-model", "industrial-model"),
    Generation("cognite-pygen, not formatted", "cognite-pygen", once=True),
    Generation("cognite-pygen", "cognite-pygen", formatted=True, once=True),
    Generation("pygen", _OURS, 125),
    Generation("pygen", _OURS, 250),
    Generation("pygen", _OURS, 500),
    Generation("industrial-model", "industrial-model", 500),
)
_CORE_VIEWS = 33


def measure(how: Run) -> list[Row]:
    """CPU, wall time, memory and lines; wide models have 20 properties a view, linked in groups of ten."""
    contenders = [it for it in CONTENDERS if how.peers or it.environment == _OURS]
    found: dict[Generation, list[processes.Usage]] = {it: [] for it in contenders}
    lines: dict[Generation, int] = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        servers = {0: stack.enter_context(sdks.server())}
        for views in {it.views for it in contenders if it.views}:
            definitions = sdks.wide_definitions(views, 10)
            servers[views] = stack.enter_context(rounds.origin(1, definitions=definitions))
        for number in range(how.rounds + 1):
            for it in contenders:
                if it.once and number != how.rounds:
                    continue
                how.progress(f"generating {_model(it)}, {it.name}: {f'round {number}' if number else 'warming up'}")
                output = folder / f"sdk_{contenders.index(it)}"  # a name that every generator takes
                used, lines[it] = _generate(it, servers[it.views], output)
                if number:
                    found[it].append(used)
    return [_row(it, them, lines[it]) for it, them in found.items()]


def _generate(it: Generation, base_url: str, output: Path) -> tuple[processes.Usage, int]:
    name = f"Wide{it.views}of10"
    sdk = Sdk(output.name, it.environment, (name, name, "1") if it.views else CORE)
    used = processes.used(sdks.command(sdk, base_url, output, formatted=it.formatted, language=it.language))
    return used, sdks.lines(output)


def _model(it: Generation) -> str:
    return f"{it.views} views of 20" if it.views else "CogniteCore"


def _row(it: Generation, them: list[processes.Usage], lines: int) -> Row:
    cpu = median(one.cpu for one in them)
    views = it.views or _CORE_VIEWS
    return {
        "model": _model(it),
        "generator": it.name,
        "cpu_seconds": round(cpu, 2),
        "cpu_ms_per_view": round(cpu / views * 1000, 1),
        "wall_seconds": round(median(one.wall for one in them), 2),
        "peak_mib": round(median(one.peak for one in them) / 2**20, 1),
        "lines": lines,
        "lines_per_view": round(lines / views),
    }
