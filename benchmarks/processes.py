"""What a whole command costs, from the start of its process to the end: CPU, wall time and memory, its children included.

A small process of its own starts the command and asks what its children took: memory is then that of the command, not of
whoever measures (a new process begins with the peak of the one that started it).
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks import environments

_LAUNCH = """
import json, resource, subprocess, sys, time
begun = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
wall = time.perf_counter() - begun
used = resource.getrusage(resource.RUSAGE_CHILDREN)
unit = 1 if sys.platform == "darwin" else 1024
print(json.dumps({
    "code": done.returncode, "cpu": used.ru_utime + used.ru_stime, "wall": wall, "peak": used.ru_maxrss * unit,
    "output": done.stdout.decode(errors="replace")[-2000:], "errors": done.stderr.decode(errors="replace")[-2000:],
}))
"""


class Usage(NamedTuple):
    """What a command took.

    Attributes:
        code: Its exit code.
        cpu: Seconds.
        wall: Seconds.
        peak: Bytes; the most that one process of it had.
        output: The end of what it printed.
        errors: The end of what it printed as errors.
    """

    code: int
    cpu: float
    wall: float
    peak: int
    output: str
    errors: str


class CommandError(Exception):
    """A command that is measured failed."""


def used(command: Sequence[object], *, check: bool = True) -> Usage:
    """Runs a command with the paths of the drivers, with byte code at hand after the first run.

    Args:
        command: Program and arguments.
        check: Whether failing is an error.

    Raises:
        CommandError: It failed, and `check` is set; the message holds the end of what it wrote.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", _LAUNCH, *map(str, command)],
        capture_output=True,
        text=True,
        check=True,
        env={**kept, **environments.variables(), "PYTHONPYCACHEPREFIX": str(environments.HOME / "bytecode")},
    )
    usage = Usage(**json.loads(done.stdout))
    if check and usage.code:
        raise CommandError(f"{' '.join(map(str, command))[:200]} failed:\n{usage.errors or usage.output}")
    return usage
