"""The command `pygen`, also as `python -m pygen`."""

from __future__ import annotations

import sys
from importlib.util import find_spec

_NEEDED = ("graphql", "libcst", "rich", "starlette", "typer", "uvicorn", "yaml")
"""What the extra `cli` installs beside the runtime."""


def main() -> None:
    """Run the command line and leave the process with its exit code."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        sys.stderr.write(f"pygen: the command line is not installed (no {missing[0]}): pip install 'cdf-pygen[cli]'\n")
        sys.exit(2)
    try:
        from pygen.cli.app import run  # noqa: PLC0415 - without the extra there is no typer

        code = run()
    except KeyboardInterrupt:  # while the command line is still being imported; afterwards it sees to that itself
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
