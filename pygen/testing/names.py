"""What `pygen.testing` offers, loaded when the first of it is asked for."""

from __future__ import annotations

from pygen.server.fault_plans import (
    Action,
    Answer,
    Budgets,
    Cut,
    CutGzip,
    Drip,
    ExpireCursor,
    ExpireToken,
    FaultPlan,
    Refuse,
    Reset,
    Rule,
    TimeoutAbove,
)
from pygen.server.journal import Entry, Journal
from pygen.server.snapshots import Snapshot
from pygen.testing.seeding import Seeded, SeedError
from pygen.testing.server import LocalServer, local_server

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
