"""The command line of pygen, and what stands behind it: model sources, the local server, the demo.

Run `pygen --help`. A generated SDK imports `pygen_runtime` and nothing from here.
"""

from pygen_runtime._version import __version__

__all__ = ["__version__"]
