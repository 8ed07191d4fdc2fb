"""Every kind of property, present and missing, in each of the three libraries."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

import msgspec
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from pygen_runtime.errors import MissingExtraError
from pygen_runtime.frames import to_arrow, to_pandas, to_polars
from pygen_runtime.frames.columns import columns, needed
from pygen_runtime.sdk import Direct, NodeId, OpenEnum, PygenEdge, PygenNode, ViewId, to_one

MOMENT = datetime.datetime(2026, 2, 3, 4, 5, 6, 789_000, tzinfo=datetime.UTC)
DAY = datetime.date(1999, 12, 31)
THERE = NodeId("elsewhere", "one")


class State(OpenEnum):
    ON = "on"


class Everything(PygenNode, kw_only=True):
    VIEW: ClassVar[ViewId] = ViewId("frames", "Everything", "1")

    text: str | None = None
    flag: bool | None = None
    count: int | None = None
    amount: float | None = None
    moment: datetime.datetime | None = None
    day: datetime.date | None = None
    state: State | None = None
    anything: Any = None
    other_id: NodeId | None = msgspec.field(default=None, name="other")
    texts: list[str] | None = None
    counts: list[int] | None = None
    days: list[datetime.date] | None = None
    states: list[State] | None = None
    everything: list[Any] | None = None
    others_ids: list[NodeId] | None = msgspec.field(default=None, name="others")
    required: str

    other = to_one(lambda: Everything, Direct("other_id"))


class Link(PygenEdge, kw_only=True):
    VIEW: ClassVar[ViewId] = ViewId("frames", "Link", "1")

    weight: float | None = None


FULL = Everything(
    space="s",
    external_id="full",
    version=2**40,
    _created=1_770_000_000_001,
    _updated=1_770_000_000_002,
    node_type=NodeId("types", "T"),
    text='quoted "text"',
    flag=False,
    count=2**53 + 1,
    amount=0.1,
    moment=MOMENT,
    day=DAY,
    state=State("newer than the class"),
    anything={"a": [1, None, {"b": "ü"}]},
    other_id=THERE,
    texts=["a", ""],
    counts=[0, 2**62],
    days=[DAY],
    states=[State.ON],
    everything=[{"k": 1}, None],
    others_ids=[THERE, NodeId("elsewhere", "two")],
    required="yes",
)
EMPTY = Everything(space="s", external_id="empty", version=1, required="")
FEW = Everything(space="s", external_id="lists", version=1, required="", texts=[], others_ids=[], everything=[])
ITEMS = [FULL, EMPTY, FEW]
NAMES = [
    *("space", "external_id"),
    *("text", "flag", "count", "amount", "moment", "day", "state", "anything", "other_id"),
    *("texts", "counts", "days", "states", "everything", "others_ids", "required"),
    *("version", "created_time", "last_updated_time", "node_type"),
]
PLAIN = {
    "space": "s",
    "external_id": "full",
    "text": 'quoted "text"',
    "flag": False,
    "count": 2**53 + 1,
    "amount": 0.1,
    "moment": MOMENT,
    "day": DAY,
    "state": "newer than the class",
    "anything": '{"a":[1,null,{"b":"ü"}]}',
    "other_id": {"space": "elsewhere", "external_id": "one"},
    "texts": ["a", ""],
    "counts": [0, 2**62],
    "days": [DAY],
    "states": ["on"],
    "everything": ['{"k":1}', None],
    "others_ids": [{"space": "elsewhere", "external_id": "one"}, {"space": "elsewhere", "external_id": "two"}],
    "required": "yes",
    "version": 2**40,
    "created_time": FULL.created_time,
    "last_updated_time": FULL.last_updated_time,
    "node_type": {"space": "types", "external_id": "T"},
}
"""What `FULL` is in a library that has one type for a column."""


def test_columns_are_ids_properties_and_what_the_service_keeps() -> None:
    assert [column.name for column in columns(Everything)] == NAMES
    assert [column.name for column in columns(Link)] == [
        *("space", "external_id", "edge_type", "start_node", "end_node", "weight"),
        *("version", "created_time", "last_updated_time"),
    ]


@pytest.mark.parametrize(
    "rows", [lambda: to_arrow(Everything, ITEMS).to_pylist(), lambda: to_polars(Everything, ITEMS).to_dicts()]
)
def test_values_arrive_as_they_are(rows: Any) -> None:
    full, empty, few = rows()
    assert full == PLAIN
    missing = [name for name, value in empty.items() if value is None]
    assert missing == [name for name in NAMES if name not in _ALWAYS]
    assert (few["texts"], few["others_ids"], few["everything"]) == ([], [], [])


_ALWAYS = {"space", "external_id", "required", "version", "created_time", "last_updated_time"}


def test_pandas_keeps_objects_where_it_has_no_type_of_its_own() -> None:
    frame = to_pandas(Everything, ITEMS)
    assert list(frame) == NAMES
    full = frame.iloc[0]
    assert {name: full[name] for name in ("anything", "other_id", "others_ids", "texts", "day")} == {
        "anything": FULL.anything,
        "other_id": THERE,
        "others_ids": FULL.others_ids,
        "texts": FULL.texts,
        "day": DAY,
    }
    assert (full["count"], full["flag"], full["amount"], full["state"]) == (
        2**53 + 1,
        False,
        0.1,
        "newer than the class",
    )
    assert (full["moment"], full["created_time"]) == (pd.Timestamp(MOMENT), pd.Timestamp(FULL.created_time))
    assert [name for name in frame if frame[name].isna()[1]] == [name for name in NAMES if name not in _ALWAYS]
    assert str(frame["count"].dtype) == "Int64"


@pytest.mark.parametrize("items", [[FULL, EMPTY], [FULL]])
def test_pandas_frames_can_be_written_to(items: list[Everything]) -> None:
    frame = to_pandas(Everything, items)
    moment = pd.Timestamp(2020, 1, 1, tz="UTC")
    values: dict[str, Any] = {
        "created_time": moment,
        "moment": moment,
        "count": 7,
        "amount": 2.5,
        "flag": True,
        "text": "new",
        "texts": ["new"],
    }
    for name, value in values.items():
        frame.at[0, name] = value
    assert {name: frame.at[0, name] for name in values} == values


def test_moments_are_cut_to_milliseconds_and_brought_to_utc() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=2))
    given = [
        datetime.datetime(2026, 2, 3, 4, 5, 6, 789_999, tzinfo=zone),
        datetime.datetime(1950, 1, 1, 0, 0, 0, 1, tzinfo=datetime.UTC),
        datetime.datetime(2026, 2, 3, 4, 5, 6),  # noqa: DTZ001 - programs may make such; it is taken for UTC
        None,
    ]
    expected = [
        datetime.datetime(2026, 2, 3, 2, 5, 6, 789_000, tzinfo=datetime.UTC),
        datetime.datetime(1950, 1, 1, tzinfo=datetime.UTC),
        datetime.datetime(2026, 2, 3, 4, 5, 6, tzinfo=datetime.UTC),
        None,
    ]
    for some in (slice(None), slice(2), slice(3, None)):  # the fast way is not for those without a zone
        items = [Everything(required="", moment=moment) for moment in given[some]]
        assert to_arrow(Everything, items).column("moment").to_pylist() == expected[some]
        assert to_polars(Everything, items)["moment"].to_list() == expected[some]
        assert [None if one is pd.NaT else one for one in to_pandas(Everything, items)["moment"]] == expected[some]


@pytest.mark.parametrize("items", [[], [EMPTY]])
def test_the_schema_does_not_depend_on_the_rows(items: list[Everything]) -> None:
    assert to_arrow(Everything, items).schema == to_arrow(Everything, ITEMS).schema
    assert to_polars(Everything, items).schema == to_polars(Everything, ITEMS).schema
    assert dict(to_pandas(Everything, items).dtypes) == dict(to_pandas(Everything, ITEMS).dtypes)


def test_edges_have_their_ends() -> None:
    link = Link(space="s", external_id="e", start_node=THERE, end_node=NodeId("a", "b"), edge_type=NodeId("t", "t"))
    row = to_polars(Link, [link]).row(0, named=True)
    assert (row["start_node"], row["end_node"]) == (
        {"space": "elsewhere", "external_id": "one"},
        {"space": "a", "external_id": "b"},
    )
    assert to_pandas(Link, [link])["edge_type"][0] == NodeId("t", "t")


def test_each_library_gives_its_own_kind_of_table() -> None:
    assert isinstance(to_arrow(Everything, ITEMS), pa.Table)
    assert isinstance(to_polars(Everything, ITEMS), pl.DataFrame)
    assert isinstance(to_pandas(Everything, ITEMS), pd.DataFrame)


def test_a_missing_package_says_which_extra_brings_it() -> None:
    with pytest.raises(MissingExtraError, match=r"no_such_package is not installed: pip install 'cdf-pygen\[frames\]'"):
        needed("no_such_package", "frames")
