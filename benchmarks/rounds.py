"""Runs contenders in fresh processes, one after the other, round after round, and takes medians."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import environments
from benchmarks.contenders import Contender, Run

Result = Mapping[str, Any]


class DriverError(Exception):
    """A driver failed, or read something else than the others."""


@contextmanager
def origin(rows: int, *, latency: float = 0.0, definitions: Path | None = None) -> Iterator[str]:
    """The server with prepared answers, in a process of its own; yields its base URL.

    Args:
        rows: Instances that it has.
        latency: Seconds before each answer.
        definitions: JSON file of the views and the data model, as the API answers them; those of the machines unless told.
    """
    command = [sys.executable, "-m", "benchmarks.origin", "--rows", str(rows), "--latency", str(latency)]
    with subprocess.Popen(
        [*command, "--definitions", str(definitions or environments.definitions())],
        stdout=subprocess.PIPE,
        text=True,
        cwd=environments.ROOT,
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def run(contender: Contender, settings: Mapping[str, Any]) -> Result:
    """One run in a process of its own.

    Raises:
        DriverError: It failed; the message holds the end of what it wrote.
    """
    script = environments.DRIVERS / f"{contender.driver}.py"
    done = subprocess.run(
        [environments.python(contender.environment), script, json.dumps({**settings, **dict(contender.options)})],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environments.variables(), "PYTHONWARNINGS": "ignore"},
    )
    if done.returncode:
        raise DriverError(f"{contender.name} failed:\n{done.stderr[-2000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def interleaved(
    contenders: Sequence[Contender], settings: Mapping[str, Any], how: Run
) -> dict[Contender, list[Result]]:
    """Runs A B C, A B C, …; one extra round before the first, so that the server has every answer ready.

    Raises:
        DriverError: A driver failed, or the tallies differ.
    """
    found: dict[Contender, list[Result]] = {contender: [] for contender in contenders}
    for number in range(how.rounds + 1):
        for contender in contenders:
            how.progress(f"{contender.name}: {'warming up' if number == 0 else f'round {number} of {how.rounds}'}")
            result = run(contender, settings)
            if number:
                found[contender].append(result)
    tallies = {contender.name: results[0]["tally"] for contender, results in found.items()}
    if len({json.dumps(tally) for tally in tallies.values()}) > 1:
        raise DriverError(f"the contenders read different things: {tallies}")
    return found


def middle(results: Sequence[Result], value: Callable[[Result], float]) -> float:
    """The median of one figure."""
    return median(map(value, results))


def cpu(results: Sequence[Result]) -> float:
    """Microseconds of CPU for each instance."""
    return middle(results, lambda result: result["cpu"] / result["tally"]["count"] * 1e6)


def ratio(part: float, whole: float | None, digits: int = 2) -> float | None:
    """The one over the other; None when the other did not take part."""
    return round(part / whole, digits) if whole else None
