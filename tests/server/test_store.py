"""The database: files, transactions, several connections, schema snapshots."""

from __future__ import annotations

import pathlib
import sqlite3
import threading
from typing import Any

import msgspec
import pytest

from pygen.server import LocalServerError, Store, containers, spaces, sql
from pygen.server import store as store_module
from pygen.server.calls import Call
from pygen.server.errors import RefusedError
from tests.server.support import SPACE, container


def call(store: Store, act: Any, body: Any) -> Any:
    return act(Call(store, msgspec.json.encode(body), ()))


def test_a_database_on_disk_keeps_its_content(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "project.db"
    store = Store.open(path)
    call(store, spaces.create, {"items": [{"space": SPACE}]})
    created = call(store, containers.create, {"items": [container("A", {"x": "text"})]})
    store.close()
    again = Store.open(path)
    assert call(again, containers.create, {"items": [container("A", {"x": "text"})]}) == created
    again.close()


@pytest.mark.parametrize("content", [b"no database at all, but long enough to be taken for one" * 40, None])
def test_other_files_are_refused(tmp_path: pathlib.Path, content: bytes | None) -> None:
    path = tmp_path / "file.db"
    if content is None:
        with sqlite3.connect(path) as connection:
            connection.execute("create table mine (x)")
        connection.close()
    else:
        path.write_bytes(content)
    before = path.read_bytes()
    with pytest.raises(LocalServerError, match=r"file\.db"):
        Store.open(path)
    assert content is None or path.read_bytes() == before


def test_a_folder_that_is_not_there_is_refused(tmp_path: pathlib.Path) -> None:
    with pytest.raises(LocalServerError, match="Choose another file"):
        Store.open(tmp_path / "none" / "file.db")


def fail(store: Store) -> None:
    """Write, and change the schema, then fail."""
    with store.write() as transaction:
        transaction.sql.execute("insert into space values ('x', '{\"space\":\"x\"}', 1, 1, 0)")
        transaction.reload_schema()
        raise ZeroDivisionError


@pytest.mark.parametrize("on_disk", [True, False])
def test_failed_writes_leave_nothing(tmp_path: pathlib.Path, on_disk: bool) -> None:
    store = Store.open(tmp_path / "x.db" if on_disk else None)
    with pytest.raises(ZeroDivisionError):
        fail(store)
    with store.read() as transaction:
        assert transaction.schema.spaces == {}
    call(store, spaces.create, {"items": [{"space": "y"}]})
    with store.read() as transaction:
        assert list(transaction.schema.spaces) == ["y"]
    store.close()


def test_readers_see_one_state_while_somebody_writes(tmp_path: pathlib.Path) -> None:
    store = Store.open(tmp_path / "x.db")
    with store.read() as reading:
        thread = threading.Thread(target=call, args=(store, spaces.create, {"items": [{"space": SPACE}]}))
        thread.start()
        thread.join()
        assert reading.schema.spaces == {}
        assert reading.sql.execute("select count(*) from space").fetchone() == (0,)
    with store.read() as reading:
        assert list(reading.schema.spaces) == [SPACE]
    store.close()


def test_old_schemas_are_forgotten(tmp_path: pathlib.Path) -> None:
    store = Store.open(tmp_path / "x.db")
    for number in range(10):
        call(store, spaces.create, {"items": [{"space": f"s{number}"}]})
    assert len(store._schemas) <= 4
    store.close()


@pytest.mark.parametrize("on_disk", [True, False])
def test_a_closed_store_says_so(tmp_path: pathlib.Path, on_disk: bool) -> None:
    store = Store.open(tmp_path / "x.db" if on_disk else None)
    with store.read():
        pass
    store.close()
    with pytest.raises(LocalServerError, match="closed"), store.read():
        pass
    with pytest.raises(LocalServerError, match="closed"), store.write():
        pass


def test_reads_that_outlast_the_store_close_their_connection(tmp_path: pathlib.Path) -> None:
    store = Store.open(tmp_path / "x.db")
    with store.read() as transaction:
        store.close()
        assert transaction.sql.execute("select 1").fetchone() == (1,)
    with pytest.raises(sqlite3.ProgrammingError):
        transaction.sql.execute("select 1")


def test_long_reads_are_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "TIME_LIMIT", 0.0)
    monkeypatch.setattr(store_module, "_STEPS_BETWEEN_CHECKS", 100)
    store = Store.open()
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n"
    with pytest.raises(RefusedError, match="timed out") as refused, store.read() as transaction:
        transaction.sql.execute(endless).fetchall()
    assert refused.value.status == 408
    with pytest.raises(sqlite3.OperationalError, match="no such table"), store.read() as transaction:
        transaction.sql.execute("select * from nowhere")
    store.close()


@pytest.mark.parametrize("identifier", ["", "a b", 'a"b', "A", "1a", "a;drop", "a" * 64, "ä"])
def test_names_in_sql_are_ours_alone(identifier: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        sql.name(identifier)


def test_conditions_over_nothing() -> None:
    assert sql.all_of([]) == sql.TRUE
    assert sql.any_of([]) == sql.FALSE
