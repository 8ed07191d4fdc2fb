"""Random conditions, asked of the server and worked out in plain Python: always the same pumps."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygen.server import Store, run_in_thread
from pygen_runtime.schema.filters import PygenFilter
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, PlantClient, PumpFields

PUMPS = 30
Condition = tuple[Callable[[PumpFields], PygenFilter], Callable[[int], bool]]
"""The condition as it is typed, and what it means of a pump's number."""


@pytest.fixture(scope="module")
def client() -> Iterator[PlantClient]:
    store = Store.open(None)
    with run_in_thread(store) as base_url:

        async def build() -> None:
            async with AsyncPlantClient.from_token(base_url, "test", "token") as client:
                await plant.build(client.pygen, PUMPS)

        asyncio.run(build())
        with PlantClient.from_token(base_url, "test", "token") as client:
            yield client
    store.close()


def flow(n: int) -> float | None:
    return None if n % 10 == 0 else n / 2


def _flow(limit: float, compare: str) -> Condition:
    methods: dict[str, Callable[[Any], Any]] = {
        "gt": lambda f: f > limit,
        "ge": lambda f: f >= limit,
        "lt": lambda f: f < limit,
        "le": lambda f: f <= limit,
        "eq": lambda f: f == limit,
    }
    right = methods[compare]
    return (lambda t: right(t.flow), lambda n: flow(n) is not None and right(flow(n)))


def _tags(values: list[str]) -> Condition:
    return (lambda t: t.tags.contains_any(values), lambda n: not {*values}.isdisjoint(tags(n)))


def _all_tags(values: list[str]) -> Condition:
    return (lambda t: t.tags.contains_all(values), lambda n: {*values} <= tags(n))


def tags(n: int) -> set[str]:
    return {"even" if n % 2 == 0 else "odd", f"t{n % 7}"}


def _states(values: list[str]) -> Condition:
    return (lambda t: t.state.in_(values), lambda n: ("running" if n % 3 else "stopped") in values)


def _prefix(number: int, length: int) -> Condition:
    start = f"Pump {number:04}"[: 5 + length]
    return (lambda t: t.name.prefix(start), lambda n: f"Pump {n:04}".startswith(start))


def _site(number: int) -> Condition:
    return (lambda t: t.site.where(lambda s: s.name == f"Site {number}"), lambda n: n % 3 == number)


def _exists() -> Condition:
    return (lambda t: t.flow.exists(), lambda n: flow(n) is not None)


TAG = st.sampled_from(["even", "odd", "t0", "t1", "t2", "t6", "none"])
LEAVES = st.one_of(
    st.builds(_flow, st.integers(0, 32).map(lambda n: n / 2), st.sampled_from(["gt", "ge", "lt", "le", "eq"])),
    st.builds(_tags, st.lists(TAG, max_size=3)),
    st.builds(_all_tags, st.lists(TAG, min_size=1, max_size=2)),
    st.builds(_states, st.lists(st.sampled_from(["running", "stopped", "new"]), max_size=2)),
    st.builds(_prefix, st.integers(0, PUMPS), st.integers(0, 4)),
    st.builds(_site, st.integers(0, 3)),
    st.builds(_exists),
)


def _joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    return st.one_of(
        st.builds(lambda a, b: (lambda t: a[0](t) & b[0](t), lambda n: a[1](n) and b[1](n)), inner, inner),
        st.builds(lambda a, b: (lambda t: a[0](t) | b[0](t), lambda n: a[1](n) or b[1](n)), inner, inner),
        st.builds(lambda a: (lambda t: ~a[0](t), lambda n: not a[1](n)), inner),
    )


CONDITIONS = st.recursive(LEAVES, _joined, max_leaves=8)


@settings(
    max_examples=400 if os.environ.get("PYGEN_THOROUGH") == "1" else 80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(CONDITIONS)
def test_conditions_mean_the_same_to_the_server_and_in_python(client: PlantClient, condition: Condition) -> None:
    where, right = condition
    found = client.pump.where(where).select(lambda t: t.external_id).to_list()
    assert sorted(found) == [plant.pump_id(n).external_id for n in range(PUMPS) if right(n)]
