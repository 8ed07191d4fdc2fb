"""The runtime of SDKs that pygen generates: a client of the CDF data modeling API that streams.

`AsyncPygenClient` talks to the API; `pygen_runtime.sdk` is what generated classes build on; `pygen_runtime.schema` holds the
API's types; `pygen_runtime.errors` every error. Importing this package is cheap: the HTTP stack loads when a client opens.
"""

from pygen_runtime._contract import lazy_exports, require_contract
from pygen_runtime._version import CONTRACT, __version__

__all__ = ["CONTRACT", "__version__", "lazy_exports", "require_contract"]
