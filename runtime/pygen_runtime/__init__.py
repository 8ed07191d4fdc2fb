"""The runtime of SDKs that pygen generates: a client of the CDF data modeling API that streams.

`AsyncPygenClient` and its synchronous twin `PygenClient` talk to the API; `pygen_runtime.sdk` is what generated classes build on;
`pygen_runtime.schema` holds the API's types; `pygen_runtime.errors` every error. Importing this package is cheap: clients load when
they are named, the HTTP stack when one opens.
"""

from typing import TYPE_CHECKING

from pygen_runtime._contract import lazy_exports, require_contract
from pygen_runtime._version import CONTRACT, __version__

if TYPE_CHECKING:
    from pygen_runtime.client import AsyncPygenClient
    from pygen_runtime.sync import PygenClient

__all__ = ["CONTRACT", "AsyncPygenClient", "PygenClient", "__version__", "lazy_exports", "require_contract"]

_find = lazy_exports(__name__, "client", "sync")


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _find(name)
