"""Testing code against the local server: a pytest plugin, seeding, faults, the request journal, snapshots.

    def test_my_code(cdf_server):           # a fixture of the plugin: a server of its own, with an empty database
        cdf_server.seed("my_model.yaml", "my_nodes.csv")
        ...

Importing this package loads next to nothing; the parts come when they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pygen_runtime import lazy_exports

if TYPE_CHECKING:
    from pygen.testing.names import (
        Action,
        Answer,
        Budgets,
        Cut,
        CutGzip,
        Drip,
        Entry,
        ExpireCursor,
        ExpireToken,
        FaultPlan,
        Journal,
        LocalServer,
        Refuse,
        Reset,
        Rule,
        Seeded,
        SeedError,
        Snapshot,
        TimeoutAbove,
        local_server,
    )

__all__ = [
    "Action",
    "Answer",
    "Budgets",
    "Cut",
    "CutGzip",
    "Drip",
    "Entry",
    "ExpireCursor",
    "ExpireToken",
    "FaultPlan",
    "Journal",
    "LocalServer",
    "Refuse",
    "Reset",
    "Rule",
    "SeedError",
    "Seeded",
    "Snapshot",
    "TimeoutAbove",
    "local_server",
]

__getattr__ = lazy_exports(__name__, "names")
