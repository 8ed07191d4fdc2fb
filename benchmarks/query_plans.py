"""How SQLite reads what the local server is asked, in SQLite's own words."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec

from pygen.server import Store
from pygen.server.instance_requests import ListRequest
from pygen.server.listing import Listing

_LIMIT = 1000


def plans(database: Path, questions: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What is asked → the plan of the query that reads the page, from its cursor on.

    Args:
        database: File that the server kept its instances in; the server has ended.
        questions: What is asked → the body of a list request.
    """
    with closing(Store.open(database)) as store:
        return {what: _plan(store, body) for what, body in questions.items()}


def _plan(store: Store, body: Mapping[str, Any]) -> str:
    request = msgspec.convert(body, ListRequest)
    with store.read() as transaction:
        listing = Listing(transaction, request)
        stretches = listing.order.stretches(listing.position(transaction.now))
        query = listing.query(stretches[0], _LIMIT)
        steps = transaction.sql.execute("explain query plan " + query.text, query.values).fetchall()
    return "; ".join(str(step[3]) for step in steps)
