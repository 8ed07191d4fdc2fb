"""Exit codes: what scripts and pipelines may rely on."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """How a command ended."""

    DONE = 0
    STALE = 1
    BAD_INPUT = 2
    SERVER = 3
    OUTPUT = 4
    FINDINGS = 5
    BUG = 70
    INTERRUPTED = 130
    PIPE_CLOSED = 141


MEANINGS = {
    ExitCode.DONE: "done",
    ExitCode.STALE: "pygen check: an SDK is not what generating would make of it",
    ExitCode.BAD_INPUT: "bad input: an option, a file, a data model, a port in use",
    ExitCode.SERVER: "the server: unreachable, credentials refused, no such data model",
    ExitCode.OUTPUT: "the output folder: not writable, or files in the way",
    ExitCode.FINDINGS: "the data model was read, but has errors (with --strict: or warnings)",
    ExitCode.BUG: "a bug in pygen: please report it",
    ExitCode.INTERRUPTED: "interrupted with Ctrl-C",
    ExitCode.PIPE_CLOSED: "nobody reads the output any more",
}
