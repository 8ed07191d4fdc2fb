"""The parity page says what the server does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pygen.server.routes import NOT_EMULATED, SERVED
from tests.server.support import SPACE, Api, container_id

PAGE = (Path(__file__).parents[2] / "docs/guide/server-parity.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| (`.+`) \| (emulated|501) \|", re.MULTILINE)
ANYTHING: dict[str, Any] = {"matchAll": {}}


def section(title: str) -> dict[str, str]:
    """What stands in backquotes in a section's table, and what the page says of it."""
    text = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return {name: said for names, said in ROW.findall(text) for name in re.findall(r"`([^`]+)`", names)}


def test_every_endpoint_is_on_the_page() -> None:
    said = section("Endpoints")
    assert {name for name, what in said.items() if what == "emulated"} == {f"{one.method} {one.path}" for one in SERVED}
    # Under /models/instances everything is served today; the entry is for what the API may get.
    assert {name for name, what in said.items() if what == "501"} == NOT_EMULATED.keys() - {"/models/instances"}


async def test_every_operator_is_on_the_page_and_works(api: Api) -> None:
    await api.container("A", {"text": "text", "list": "text[]", "from": "int64", "until": "int64", "to": "direct"})
    text, list_, from_, until, to = ([SPACE, "A", one] for one in ("text", "list", "from", "until", "to"))
    examples: dict[str, Any] = {
        "and": [ANYTHING],
        "or": [ANYTHING],
        "not": ANYTHING,
        "equals": {"property": text, "value": "a"},
        "in": {"property": text, "values": ["a"]},
        "range": {"property": from_, "gt": 1},
        "prefix": {"property": text, "value": "a"},
        "exists": {"property": text},
        "containsAny": {"property": list_, "values": ["a"]},
        "containsAll": {"property": list_, "values": ["a"]},
        "hasData": [container_id("A")],
        "instanceReferences": [{"space": SPACE, "externalId": "a"}],
        "nested": {"scope": to, "filter": ANYTHING},
        "overlaps": {"startProperty": from_, "endProperty": until, "gt": 1},
        "matchAll": {},
        "invalid": {"previouslyReferencedProperties": [], "filterType": "equals"},
    }
    assert section("Filters") == dict.fromkeys(examples, "emulated")
    for operator, body in examples.items():
        await api.post("/models/instances/list", {"filter": {operator: body}})
