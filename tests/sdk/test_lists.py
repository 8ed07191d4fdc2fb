"""Lists of instances, how objects look, and whether they fit their view."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
import subprocess
import sys
from html.parser import HTMLParser
from typing import Any

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import EdgeId, NodeId
from pygen_runtime.sdk import PygenEdge, PygenList, PygenQuery, SyncQuery
from pygen_runtime.sdk.display.text import shown
from pygen_runtime.sync import PygenClient
from tests.sdk.model import AsyncPlantClient, Pipe, PlantClient, Pump, PumpState, Site, SyncPump

WHERE: dict[str, Any] = {"base_url": "http://127.0.0.1:1", "project": "test", "token": "t"}
HOSTILE = "<script>alert('x')</script>&\"\n\u202e\x1b[31m"


def pump(number: int, **more: Any) -> Pump:
    return Pump(space="plant", external_id=f"p{number}", name=f"Pump {number}", **more)


def pumps(count: int) -> PygenList[Pump]:
    return PygenList((pump(number) for number in range(count)), Pump)


class Cells(HTMLParser):
    """The tags of an HTML text, and the text in its cells."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag in ("td", "th"):
            self.cells.append("")

    def handle_data(self, data: str) -> None:
        if self.tags[-1] in ("td", "th"):
            self.cells[-1] += data


def test_a_list_gives_ids_and_external_ids_in_order() -> None:
    items = pumps(3)
    assert items.as_ids() == [NodeId("plant", f"p{number}") for number in range(3)]
    assert items.as_external_ids() == ["p0", "p1", "p2"]
    assert PygenList([Pipe(space="plant", external_id="e")]).as_ids() == [EdgeId("plant", "e")]


def test_slices_and_copies_are_lists_that_know_their_class() -> None:
    items = pumps(5)
    for part in (items[1:3], items[::-1], items[9:], items.copy(), copy.copy(items), copy.deepcopy(items)):
        assert type(part) is PygenList
        assert part.resource is Pump
    assert items[1:3] == [items[1], items[2]]
    assert items[-1].external_id == "p4"
    again = pickle.loads(pickle.dumps(items[:0]))
    assert (again, again.resource) == ([], Pump)


def test_a_list_that_was_not_told_its_class_learns_it_from_its_first_object() -> None:
    assert PygenList([pump(1)]).resource is Pump
    with pytest.raises(UsageError, match="empty list does not know"):
        PygenList[Pump]().to_pandas()
    assert repr(PygenList()) == "<PygenList of 0 instances: []>"


def test_objects_become_dictionaries_that_json_takes_by_the_names_of_their_attributes() -> None:
    item = pump(
        1,
        flow=1.5,
        version=3,
        version_=7,
        built=datetime.date(2026, 1, 2),
        seen=datetime.datetime(2026, 1, 2, 3, 4, 5, 6000, datetime.UTC),
        tags=["a"],
        state=PumpState("newer"),
        site_id=NodeId("plant", "here"),
        parts_ids=[NodeId("plant", "a")],
        node_type=NodeId("plant", "Kind"),
        _updated=1_500,
    )
    item._client, item._related = object(), {"site": []}
    values = item.to_dict()
    assert json.loads(json.dumps(values, allow_nan=False)) == values
    assert values == {
        "space": "plant",
        "external_id": "p1",
        "version": 3,
        "created_time": "1970-01-01T00:00:00Z",
        "last_updated_time": "1970-01-01T00:00:01.500000Z",
        "node_type": {"space": "plant", "external_id": "Kind"},
        "name": "Pump 1",
        "flow": 1.5,
        "type": None,
        "version_": 7,
        "built": "2026-01-02",
        "seen": "2026-01-02T03:04:05.006000Z",
        "tags": ["a"],
        "state": "newer",
        "site_id": {"space": "plant", "external_id": "here"},
        "parts_ids": [{"space": "plant", "external_id": "a"}],
    }
    assert PygenList([item, pump(2)]).to_dicts() == [values, pump(2).to_dict()]
    values["tags"].append("b")
    assert item.tags == ["a"]


def test_edges_become_dictionaries_with_their_ends() -> None:
    pipe = Pipe(space="plant", external_id="e", start_node=NodeId("plant", "a"), end_node=NodeId("plant", "b"))
    values = pipe.to_dict()
    assert list(values)[5:8] == ["edge_type", "start_node", "end_node"]
    assert values["end_node"] == {"space": "plant", "external_id": "b"}


def test_only_what_has_a_write_class_becomes_write_objects() -> None:
    with pytest.raises(UsageError, match="PygenEdge has no write class"):
        PygenList([PygenEdge(space="plant", external_id="e")]).as_write()  # type: ignore[misc]  # what is refused


def test_ids_of_a_relation_are_flattened_each_once_in_order() -> None:
    a, b, c = (NodeId("plant", name) for name in "abc")
    items = PygenList([pump(1, parts_ids=[b, a], site_id=c), pump(2), pump(3, parts_ids=[a, c], site_id=c)])
    assert items.ids_of("parts") == [b, a, c]
    assert items.ids_of("site") == [c]
    with pytest.raises(UsageError, match="holds no ids of 'feeds'; of direct relations there are site, parts"):
        items.ids_of("feeds")
    with pytest.raises(UsageError, match="there are none"):
        PygenList([], Site).ids_of("pumps")


@pytest.mark.parametrize("count", [0, 2])
def test_frames_have_all_columns_whether_or_not_there_are_rows(count: int) -> None:
    items = pumps(count)
    names = list(items.to_arrow().column_names)
    assert names[:3] == ["space", "external_id", "name"]
    assert names[-4:] == ["version", "created_time", "last_updated_time", "node_type"]
    assert list(items.to_pandas().columns) == names
    assert items.to_polars().columns == names
    assert items.to_arrow().num_rows == len(items.to_pandas()) == items.to_polars().height == count
    assert PygenList([], SyncPump).to_polars().columns == names


def test_a_list_shows_a_few_objects_and_how_many_there_are() -> None:
    assert repr(pumps(1)) == "<PygenList of 1 Pump: [Pump(plant:p0, name='Pump 0')]>"
    shown_list = repr(pumps(1003))
    assert shown_list.startswith("<PygenList of 1,003 Pump: [Pump(plant:p0")
    assert shown_list.endswith("… 1,000 more]>")
    assert repr(pumps(0)) == "<PygenList of 0 Pump: []>"


def test_a_list_in_a_notebook_is_a_table_of_its_first_objects() -> None:
    html = PygenList([*pumps(24), pump(99, tags=list("abcdefg"))], Pump)._repr_html_()
    cells = Cells(html).cells
    assert cells[:3] == ["space", "external_id", "name"]  # the other columns are empty
    assert cells[3:6] == ["plant", "p0", "Pump 0"]
    assert len(cells) == 3 * 21
    assert "… and 5 more" in html
    assert Cells(PygenList([pump(1, tags=list("abcdefg"))])._repr_html_()).cells[-1] == "a, b, c, d, e, … 2 more"
    assert "0 Pump" in pumps(0)._repr_html_()


def test_an_object_in_a_notebook_is_a_table_of_fields_and_relations() -> None:
    item = pump(1, site_id=NodeId("plant", "s"), built=datetime.date(2026, 1, 2), state=PumpState.RUNNING)
    cells = Cells(item._repr_html_()).cells
    told = dict(zip(cells[::2], cells[1::2], strict=True))
    assert told["name"] == "Pump 1"
    assert told["flow"] == ""
    assert (told["built"], told["state"], told["site_id"]) == ("2026-01-02", "running", "plant:s")
    assert told["site"] == "relation to Site"
    assert told["created_time"] == "1970-01-01T00:00:00+00:00"


def test_what_comes_from_data_is_never_markup_nor_a_command_to_a_terminal() -> None:
    item = Pump(space=HOSTILE, external_id=HOSTILE, name=HOSTILE, tags=[HOSTILE], site_id=NodeId(HOSTILE, HOSTILE))
    items = PygenList([item])
    query = AsyncPlantClient.from_token(**WHERE).pump.filter(name=HOSTILE)
    for html in (item._repr_html_(), items._repr_html_(), query._repr_html_()):
        assert not {*Cells(html).tags} - {"p", "b", "table", "thead", "tbody", "tr", "th", "td"}
        assert html.isprintable()
    for text in (repr(item), repr(items), repr(query)):
        assert text.isprintable()
    edge = PygenEdge(space=HOSTILE, external_id="e", edge_type=NodeId(HOSTILE, "t"))
    assert repr(edge).isprintable()


def test_long_values_are_cut_where_people_look_and_nowhere_else() -> None:
    item = Pump(external_id="p", name="n" * 100_000)
    assert len(repr(item)) < 500
    assert len(item._repr_html_()) < 5_000
    assert len(item.name) == 100_000
    assert shown("abc", 2) == "ab…"


def test_a_client_shows_its_views_with_what_they_hold_and_are() -> None:
    client = AsyncPlantClient.from_token(**WHERE)
    assert repr(client).splitlines() == [
        "<AsyncPlantClient of plant:Plant/1, 2 views>",
        "  pump  Pump  10 properties, 6 relations  plant:Pump/1  A pump.",
        "  pipe  Pipe  1 property                  plant:Pipe/1  A pipe between pumps.",
    ]
    with PlantClient.from_token(**WHERE) as sync:
        assert repr(sync).splitlines()[1] == "  pump  SyncPump  10 properties, 6 relations  plant:Pump/1  A pump."
        assert Cells(sync._repr_html_()).cells[5:10] == [
            "pump",
            "SyncPump",
            "10 properties, 6 relations",
            "plant:Pump/1",
            "A pump.",
        ]


def test_a_query_shows_what_it_asks_for_and_asks_nothing() -> None:
    client = AsyncPygenClient.from_token(**WHERE)  # nobody listens there
    query = PygenQuery(client=client, resource=Pump).limit(3)
    assert "nothing is fetched" in query._repr_html_()
    assert "10 properties" in query._repr_html_()
    sync = SyncQuery(PygenQuery(client=PygenClient.from_token(**WHERE), resource=SyncPump))
    assert "SyncQuery of SyncPump" in sync._repr_html_()


def test_an_object_that_fits_its_view_is_valid() -> None:
    pump(
        1,
        flow=3,  # a whole number is a float, too
        state=PumpState("newer than the model"),
        seen=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC),
        parts_ids=[NodeId("a", "b")],
    ).validate()


@pytest.mark.parametrize(
    ("field", "value", "problem"),
    [
        ("name", None, "name is None: Expected `str`, got `null`"),
        ("flow", "fast", "flow is 'fast': Expected `float | null`, got `str`"),
        ("flow", True, "flow is True: Expected `float | null`, got `bool`"),
        ("flow", float("nan"), "flow is nan, which JSON cannot hold"),
        ("flow", float("-inf"), "flow is -inf, which JSON cannot hold"),
        ("tags", ["a", 1], "tags is .*Expected `str`, got `int`"),
        ("tags", ("a",), "tags is .*Expected `list`, got `tuple`"),
        ("built", "2026-01-02", "built is '2026-01-02': Expected `date | null`, got `str`"),
        ("seen", datetime.datetime(2026, 1, 2), "seen is 2026-01-02T00:00:00, without a time zone"),  # noqa: DTZ001 - what is refused
        ("site_id", {"space": "a", "externalId": "b"}, "site_id is .*Expected `NodeId`, got `dict`"),
    ],
)
def test_what_does_not_fit_is_told(field: str, value: Any, problem: str) -> None:
    item = pump(1)
    setattr(item, field, value)
    with pytest.raises(UsageError, match=rf"Pump plant:p1 does not fit its view: {problem}"):
        item.validate()


def test_all_that_does_not_fit_is_told_at_once() -> None:
    item = pump(1, flow="x", built=3)
    with pytest.raises(UsageError, match=r"flow is .*; built is 3"):
        item.validate()


def test_looking_and_framing_cost_nothing_before_they_are_used() -> None:
    program = "import sys, pygen_runtime.sdk; print({'pygen_runtime.sdk.display.html', 'pandas', 'polars', 'pyarrow'} & sys.modules.keys())"
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "set()\n"
    )
