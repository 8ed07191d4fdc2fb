"""What a client offers, and what a query is about, for people who look at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pygen_runtime.schema import DataModelId
from pygen_runtime.sdk.api import BaseViewAPI
from pygen_runtime.sdk.display.html import table
from pygen_runtime.sdk.display.text import aligned, counted, first_line, shown
from pygen_runtime.sdk.instances.resource import PygenResource
from pygen_runtime.sdk.relations.descriptor import relations

Views = Mapping[str, BaseViewAPI[Any]]


def client_text(client: object, models: Sequence[DataModelId], views: Views) -> str:
    """A client as text: the views with what they hold and are."""
    rows = [[name, *(shown(cell, 80) for cell in _about(api.resource))] for name, api in views.items()]
    return "\n".join([f"<{_caption(client, models, views)}>", *(aligned(rows) if rows else [])])


def client_html(client: object, models: Sequence[DataModelId], views: Views) -> str:
    """A client as a table of its views."""
    rows = [[name, *_about(api.resource)] for name, api in views.items()]
    return table(_caption(client, models, views), ["attribute", "class", "holds", "view", "what it is"], rows)


def query_html(query: object, resource: type[PygenResource]) -> str:
    """A query, which stays as lazy as it was."""
    note = "A query: nothing is fetched before it is iterated, or asked for to_list(), first(), count() …"
    return table(shown(repr(query), 1000), ["class", "holds", "view", "what it is"], [_about(resource)], note)


def _caption(client: object, models: Sequence[DataModelId], views: Views) -> str:
    return shown(f"{type(client).__name__} of {', '.join(map(str, models))}, {counted(len(views), 'view')}")


def _about(resource: type[PygenResource]) -> list[str]:
    """Class, what it holds, view, description."""
    own = [name for name in resource.__struct_encode_fields__ if not name.startswith("~")]
    ways = len(relations(resource))
    holds = counted(len(own), "property", "properties") + (f", {counted(ways, 'relation')}" if ways else "")
    return [resource.__name__, holds, str(resource.VIEW or ""), first_line(_declaring(resource).__doc__)]


def _declaring(resource: type[PygenResource]) -> type:
    """The class that was made from the view, of which a `Sync` class is a twin."""
    return next((kind for kind in resource.__mro__ if "VIEW" in vars(kind)), resource)
