"""Errors are one tree, and each says what happened, where, and what to do."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

import pygen_runtime
from pygen_runtime import errors
from pygen_runtime.errors import (
    CursorExpiredError,
    IncompleteError,
    PygenError,
    RepeatedCursorError,
    RequestError,
    StreamError,
    UsageError,
)
from pygen_runtime.schema import NodeWrite, SourceWrite, ViewId
from pygen_runtime.schema.filters import PygenFilter
from pygen_runtime.schema.requests import AggregateRequest, SearchRequest
from tests.runtime.support import Api, client_of, node, ok, refused

RUNTIME = Path(pygen_runtime.__file__).parent


def drawn() -> dict[str, str]:
    """Class → its base, as the tree at the top of the module shows them."""
    bases: dict[str, str] = {}
    above: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        found = re.match(r"^([ │├└─]*)(\w+Error)\b", line)
        if found:
            depth = len(found[1])
            above = [one for one in above if one[0] < depth]
            bases[found[2]] = above[-1][1] if above else "Exception"
            above.append((depth, found[2]))
    return bases


def test_the_tree_that_is_drawn_is_the_one_there_is() -> None:
    classes = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, PygenError)]
    assert drawn() == {kind.__name__: kind.__bases__[0].__name__ for kind in classes}


def test_the_errors_know_nothing_of_what_raises_them() -> None:
    tree = ast.parse((RUNTIME / "errors.py").read_text("utf-8"))
    imported = [one.module or "" for one in ast.walk(tree) if isinstance(one, ast.ImportFrom)]
    assert [name for name in imported if name.startswith("pygen")] == []


def test_errors_of_the_client_and_the_transport_all_belong_to_the_tree() -> None:
    known = {name for name in vars(errors) if name.endswith("Error")} | {"BodyError", "NotImplementedError"}
    strangers = []
    for room in ("client", "transport", "sync", "schema"):
        for path in (RUNTIME / room).glob("*.py"):
            for one in ast.walk(ast.parse(path.read_text("utf-8"))):
                called = one.exc.func if isinstance(one, ast.Raise) and isinstance(one.exc, ast.Call) else None
                if isinstance(called, ast.Name) and called.id.endswith("Error") and called.id not in known:
                    strangers.append((path.name, called.id))
    assert set(strangers) <= {("http.py", "ImportError"), ("partition_values.py", "TypeError")}, (
        "come out as UsageError"
    )


def known_by(error: RequestError) -> tuple[Any, ...]:
    return (error.method, error.path, error.status, error.request_id, error.attempts)


@pytest.mark.anyio
@pytest.mark.parametrize("prefetch", [0, 1])
async def test_a_repeated_cursor_names_the_request_that_brought_it(anyio_backend: str, prefetch: int) -> None:
    def again(request: httpx.Request) -> httpx.Response:
        answer = ok([node(1)], "x") if request.url.path.endswith("/instances/list") else ok()
        answer.headers["x-request-id"] = f"rid-{len(api.requests)}"
        return answer

    api = Api(again, refused(503, "later"), again)
    async with client_of(api) as client:
        stream = client.instances.stream(prefetch=prefetch)
        await client.spaces.list()  # another request of the same task is not the one
        with pytest.raises(RepeatedCursorError) as caught:
            await stream.to_list()
    assert known_by(caught.value) == ("POST", "/models/instances/list", 200, f"rid-{len(api.requests)}", 1)
    assert re.search(
        r"^POST /models/instances/list was answered .* after 2 rows.* ask support \[request id", str(caught.value)
    )


@pytest.mark.anyio
async def test_an_expired_cursor_names_the_request_that_was_refused(anyio_backend: str) -> None:
    refusal = refused(400, "Cursor has expired", x_request_id="rid-7")
    async with client_of(Api(ok([node(1)], "x"), refused(503, "later"), refusal)) as client:
        with pytest.raises(CursorExpiredError) as caught:
            await client.instances.list()
    assert known_by(caught.value) == ("POST", "/models/instances/list", 400, "rid-7", 2)
    assert "after 1 rows; start it again" in str(caught.value)
    assert "[request id rid-7]" in str(caught.value)


@pytest.mark.anyio
async def test_too_many_groups_name_the_request(anyio_backend: str) -> None:
    groups = {"items": [{"group": {"a": str(number)}, "aggregates": []} for number in range(1000)]}
    wanted = AggregateRequest(view=ViewId("s", "V", "1"), instance_type="node", group_by=["a"], aggregates=[])
    async with client_of(Api(httpx.Response(200, json=groups))) as client:
        with pytest.raises(IncompleteError, match=r"grouping s:V.*add a filter, or say limit=") as caught:
            await client.instances.aggregate(wanted)
    assert known_by(caught.value)[:2] == ("POST", "/models/instances/aggregate")


@pytest.mark.anyio
async def test_what_has_no_json_form_names_the_request_that_was_not_sent(anyio_backend: str) -> None:
    api = Api(ok())
    async with client_of(api) as client:
        with pytest.raises(UsageError, match=r"^nothing was sent, because a value in the request"):
            client.instances.stream(filter=PygenFilter({"equals": object()}))
        search = SearchRequest(
            view=ViewId("s", "V", "1"), instance_type="node", filter=PygenFilter({"equals": object()})
        )
        with pytest.raises(UsageError, match=r"^POST /models/instances/search was not sent, because a value in it"):
            await client.instances.search(search)
        one = NodeWrite(
            space="s", external_id="a", sources=[SourceWrite(source=ViewId("s", "V", "1"), properties={"x": object()})]
        )
        with pytest.raises(UsageError, match="node s:a holds a value that cannot be written as JSON"):
            await client.instances.upsert(one)
    assert api.requests == []


def test_an_error_about_no_request_still_has_all_attributes() -> None:
    assert known_by(StreamError("x")) == ("", "", 0, None, 1)
    assert StreamError("x").asked == {
        "method": "", "path": "", "status": 0, "request_id": None, "attempts": 1, "elapsed": 0.0
    }  # fmt: skip
