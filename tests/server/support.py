"""Short ways to talk to a local server, and to say what it is sent."""

from __future__ import annotations

from typing import Any

import httpx

SPACE = "plant"


class Api:
    """Requests to one project of an application."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def send(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        return await self.client.request(method, path, json=body, params=query)

    async def post(self, path: str, body: Any, **query: Any) -> dict[str, Any]:
        response = await self.send("POST", path, body, **query)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def get(self, path: str, **query: Any) -> dict[str, Any]:
        response = await self.send("GET", path, **query)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer

    async def refused(self, path: str, body: Any, status: int = 400, **query: Any) -> str:
        """The message of a refusal."""
        response = await self.send("POST", path, body, **query)
        assert response.status_code == status, response.text
        error = response.json()["error"]
        assert error["code"] == status
        return str(error["message"])

    async def items(self, path: str, *items: Any, **query: Any) -> list[Any]:
        """Post items and give the items of the answer."""
        answer = await self.post(path, {"items": list(items)}, **query)
        found: list[Any] = answer["items"]
        return found

    async def container(self, external_id: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
        """Create a container; a property given as text or type object stands for one of that type."""
        found = await self.items("/models/containers", container(external_id, properties, **more))
        return dict(found[0])

    async def view(self, external_id: str, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        found = await self.items("/models/views", view(external_id, properties, **more))
        return dict(found[0])

    async def write(self, *items: Any, **flags: Any) -> list[dict[str, Any]]:
        answer = await self.post("/models/instances", {"items": list(items), **flags})
        found: list[dict[str, Any]] = answer["items"]
        return found

    async def listed(self, **body: Any) -> list[dict[str, Any]]:
        """Every item of a list, over all pages."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = await self.post("/models/instances/list", {**body, "cursor": cursor})
            found += page["items"]
            cursor = page.get("nextCursor")
            if cursor is None:
                return found

    async def ids(self, **body: Any) -> list[str]:
        """External ids of a list."""
        return [item["externalId"] for item in await self.listed(**body)]


def property_(of: Any) -> dict[str, Any]:
    if isinstance(of, str):
        return {"type": {"type": of.removesuffix("[]"), **({"list": True} if of.endswith("[]") else {})}}
    return dict(of) if isinstance(of.get("type"), dict) else {"type": of}


def container(external_id: str, properties: dict[str, Any], **more: Any) -> dict[str, Any]:
    shaped = {key: property_(value) for key, value in properties.items()}
    return {"space": SPACE, "externalId": external_id, "properties": shaped, **more}


def container_id(external_id: str) -> dict[str, Any]:
    return {"type": "container", "space": SPACE, "externalId": external_id}


def view_id(external_id: str, version: str = "v1") -> dict[str, Any]:
    return {"type": "view", "space": SPACE, "externalId": external_id, "version": version}


def mapped(container_: str, *identifiers: str, **renamed: str) -> dict[str, Any]:
    """View properties that show a container's."""
    pairs = [*((one, one) for one in identifiers), *renamed.items()]
    return {
        key: {"container": container_id(container_), "containerPropertyIdentifier": stored} for key, stored in pairs
    }


def view(external_id: str, properties: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    return {"space": SPACE, "externalId": external_id, "version": "v1", "properties": properties or {}, **more}


def node_id(external_id: str) -> dict[str, str]:
    return {"space": SPACE, "externalId": external_id}


def data(source: dict[str, Any], **properties: Any) -> dict[str, Any]:
    return {"source": source, "properties": properties}


def node(external_id: str, *sources: dict[str, Any], **more: Any) -> dict[str, Any]:
    item = {"instanceType": "node", "space": SPACE, "externalId": external_id, **more}
    return {**item, "sources": list(sources)} if sources else item


def edge(external_id: str, start: str, end: str, *sources: dict[str, Any], **more: Any) -> dict[str, Any]:
    item = {
        "instanceType": "edge",
        "space": SPACE,
        "externalId": external_id,
        "type": node_id("link"),
        "startNode": node_id(start),
        "endNode": node_id(end),
        **more,
    }
    return {**item, "sources": list(sources)} if sources else item
