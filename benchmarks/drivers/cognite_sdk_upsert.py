"""cognite-sdk: `apply` of nodes with dictionaries of properties, made before."""

from __future__ import annotations

from typing import Any

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token
from cognite.client.data_classes.data_modeling import NodeApply, NodeOrEdgeData, ViewId
from measured import Tally, measured
from received import tally

from benchmarks import model

VIEW = ViewId(model.SPACE, model.VIEW, model.VERSION)


def build(settings: dict[str, Any]) -> list[NodeApply]:
    return [
        NodeApply(model.SPACE, model.external_id(number), sources=[NodeOrEdgeData(VIEW, model.properties(number))])
        for number in range(settings["rows"])
    ]


def write(settings: dict[str, Any]) -> Tally:
    client = CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=settings["base_url"]))
    client.data_modeling.instances.apply(nodes=settings["built"])
    return tally(settings["base_url"])


if __name__ == "__main__":
    measured(write, build)
