"""The local server: Cognite's data modeling API on SQLite.

    from pygen.server import Store, run_in_thread

    with contextlib.closing(Store.open()) as store, run_in_thread(store) as base_url:
        ...

It follows the public contract, so that official clients run against it unmodified; what it does not emulate it answers with 501.
"""

from pygen.server.app import create_app
from pygen.server.errors import LocalServerError
from pygen.server.serve import run_in_thread, serve
from pygen.server.store import Store

__all__ = ["LocalServerError", "Store", "create_app", "run_in_thread", "serve"]
