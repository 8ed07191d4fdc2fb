"""Write classes of `tests.sdk.model`, in the shape of generated ones."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from msgspec import UNSET

from pygen_runtime.sdk import Clearable, NodeId, PygenEdgeWrite, PygenNodeWrite, Settable, WritePlan
from pygen_runtime.sdk.writes.graph import Graph, Writes
from pygen_runtime.sdk.writes.ids import WriteDefaults
from tests.sdk.model import Pipe, Pump, PumpState, Site


class PumpWrite(PygenNodeWrite, kw_only=True):
    """Pump, as it is written."""

    READ = Pump
    DEFAULTED = ("type",)

    name: Settable[str]
    flow: Clearable[float] = UNSET
    type: Clearable[str] = UNSET
    version_: Clearable[int] = UNSET
    built: Clearable[datetime.date] = UNSET
    seen: Clearable[datetime.datetime] = UNSET
    tags: Clearable[list[str]] = UNSET
    state: Clearable[PumpState] = UNSET
    site: Clearable[SiteWrite | NodeId] = UNSET
    parts: Clearable[Sequence[PumpWrite | NodeId]] = UNSET
    feeds: Clearable[Sequence[PumpWrite | NodeId | PipeWrite]] = UNSET
    fed_by: Clearable[Sequence[PumpWrite | NodeId]] = UNSET
    spare: Clearable[PumpWrite | NodeId] = UNSET


class SiteWrite(PygenNodeWrite, kw_only=True):
    """Site, as it is written."""

    READ = Site

    name: Clearable[str] = UNSET


class PipeWrite(PygenEdgeWrite, kw_only=True):
    """Pipe, as it is written."""

    READ = Pipe

    start_node: Settable[PumpWrite | NodeId] = UNSET
    end_node: Settable[PumpWrite | NodeId] = UNSET
    metres: Clearable[float] = UNSET


def planned(writes: Writes, defaults: WriteDefaults | None = None) -> WritePlan:
    """What an upsert would send."""
    graph = Graph(defaults or WriteDefaults(space="plant"), check_versions=True)
    graph.add(writes)
    return WritePlan(items=graph.drafts.items(), removals=[])
