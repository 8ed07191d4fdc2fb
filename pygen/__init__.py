"""The command line of pygen, and what stands behind it: model sources, generating from Python, the local server, the demo.

Run `pygen --help`, or use `generate_sdk`, `generate_sdk_notebook` and `build_wheel`. A generated SDK imports `pygen_runtime` and
nothing from here.
"""

from typing import TYPE_CHECKING, Any

from pygen_runtime._version import __version__

if TYPE_CHECKING:
    from pygen.generation import Sdk, generate_sdk
    from pygen.generation.notebook import generate_sdk_notebook
    from pygen.generation.wheel import build_wheel

__all__ = ["Sdk", "__version__", "build_wheel", "generate_sdk", "generate_sdk_notebook"]

_HOMES = {
    "Sdk": "pygen.generation",
    "build_wheel": "pygen.generation.wheel",
    "generate_sdk": "pygen.generation",
    "generate_sdk_notebook": "pygen.generation.notebook",
}


def __getattr__(name: str) -> Any:
    """What generates is loaded when it is asked for: the command line and the server can do without."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 - likewise

    return getattr(importlib.import_module(_HOMES[name]), name)
