"""The server with prepared answers: every instance once, whatever was written counted, and nothing made up."""

from __future__ import annotations

import gzip
from typing import Any

import msgspec
import pytest

from benchmarks import model
from benchmarks.origin import Answers

BASE = "/api/v1/projects/bench/models"


@pytest.fixture
def answers() -> Answers:
    return Answers(2500, {"views": [{"externalId": "Machine"}], "data_model": {"externalId": "Machines"}})


def ask(answers: Answers, resource: str, **asked: Any) -> tuple[str, Any]:
    answer = answers.answer("POST", f"{BASE}/{resource}", msgspec.json.encode(asked))
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"content-encoding: gzip" in head:
        body = gzip.decompress(body)
    return head.decode().partition("\r\n")[0], msgspec.json.decode(body)


def test_pages_have_every_instance_once(answers: Answers) -> None:
    seen: list[str] = []
    cursor: str | None = None
    while True:
        _, page = ask(answers, "instances/list", limit=1000, **({"cursor": cursor} if cursor else {}))
        seen += [item["externalId"] for item in page["items"]]
        cursor = page.get("nextCursor")
        if cursor is None:
            break
    assert seen == [model.external_id(number) for number in range(2500)]
    assert ask(answers, "pages")[1] == {"sent": 3}


def test_queries_are_pages_of_their_first_result_set(answers: Answers) -> None:
    wanted = {"with": {"0": {"limit": 1000}}, "cursors": {"0": "2000"}}
    _, page = ask(answers, "instances/query", **wanted)
    assert len(page["items"]["0"]) == 500
    assert page["nextCursor"] == {"0": None}


def test_what_is_written_is_counted_until_it_is_told(answers: Answers) -> None:
    items = [
        {"space": "bench", "externalId": str(number), "sources": [{"properties": model.properties(number)}]}
        for number in range(3)
    ]
    _, written = ask(answers, "instances", items=items)
    assert [item["externalId"] for item in written["items"]] == ["0", "1", "2"]
    names = sum(len(model.properties(number)["name"]) for number in range(3))
    assert ask(answers, "tally")[1] == {"count": 3, "starts": 3, "capacity": pytest.approx(1.37 * 3), "letters": names}
    assert ask(answers, "tally")[1]["count"] == 0


def test_definitions_are_answered_as_they_are(answers: Answers) -> None:
    assert ask(answers, "views/byids")[1] == {"items": [{"externalId": "Machine"}]}
    assert ask(answers, "datamodels/byids")[1] == {"items": [{"externalId": "Machines"}]}


def test_what_is_not_prepared_is_said_to_be_missing(answers: Answers) -> None:
    status, answer = ask(answers, "instances/search")
    assert status == "HTTP/1.1 501 Not Implemented"
    assert answer["error"]["message"] == f"not prepared: POST {BASE}/instances/search"


def test_ranges_of_external_ids_are_read_apart(answers: Answers) -> None:
    def between(**bounds: str) -> dict[str, Any]:
        return {"range": {"property": ["node", "externalId"], **bounds}}

    first, second = model.external_id(99), model.external_id(1999)
    spans = [
        between(lte=first),
        {"and": [{"and": [between(gt=first)]}, between(lte=second)]},
        {"and": [between(gt=second)]},
    ]
    counting = {"aggregates": [{"count": {"property": "externalId"}}]}
    found = [ask(answers, "instances/aggregate", filter=one, **counting)[1]["items"][0]["aggregates"] for one in spans]
    counts = [counted["value"] for (counted,) in found]
    assert counts == [100, 1900, 500]
    _, page = ask(answers, "instances/list", limit=1000, filter=spans[1])
    assert (page["items"][0]["externalId"], page["nextCursor"]) == (model.external_id(100), "1100")
    _, page = ask(answers, "instances/list", limit=1000, filter=spans[1], cursor="1100")
    assert len(page["items"]) == 900
    assert "nextCursor" not in page
    last = {"limit": 1, "sort": [{"property": ["node", "externalId"], "direction": "descending"}]}
    assert ask(answers, "instances/list", filter=spans[1], **last)[1]["items"][0]["externalId"] == second
