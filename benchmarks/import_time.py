"""How long imports take, next to the official SDK: `python -m benchmarks.import_time`.

Each import runs in fresh interpreters, of which the fastest counts; what the interpreter itself needs is taken off.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

STATEMENTS = (
    "import pygen_runtime",
    "import pygen_runtime.client",
    "import pygen_runtime.transport.http",
    "import cognite.client",
)
MEASURE = """
import resource, sys
before = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
{statement}
usage = resource.getrusage(resource.RUSAGE_SELF)
print(sum(usage[:2]) - before, len(sys.modules))
"""


def measure(statement: str, runs: int) -> tuple[float, int]:
    """CPU seconds of an import, and the modules in memory after it."""
    results = []
    for _ in range(runs):
        command = [sys.executable, "-c", MEASURE.format(statement=statement)]
        seconds, modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        results.append((float(seconds), int(modules)))
    return min(results)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    results = {statement: measure(statement, runs) for statement in STATEMENTS}
    theirs = results["import cognite.client"][0]
    for statement, (seconds, modules) in results.items():
        share = f"{seconds / theirs:6.1%} of cognite.client"
        print(f"{statement:<38} {seconds * 1000:7.0f} ms CPU  {modules:5} modules  {share}")


if __name__ == "__main__":
    main()
