"""The official Python SDK, unmodified, over a real socket."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from cognite.client import ClientConfig, CogniteClient, global_config
from cognite.client.credentials import Token
from cognite.client.data_classes import aggregations, filters
from cognite.client.data_classes import data_modeling as dm
from cognite.client.data_classes.data_modeling.containers import (
    BTreeIndexApply,
    ContainerPropertyApply,
    UniquenessConstraintApply,
)
from cognite.client.data_classes.data_modeling.views import ViewPropertyApply
from cognite.client.exceptions import CogniteAPIError

from pygen.server import Store, run_in_thread

VIEW = dm.ViewId("plant", "Pump", "v1")
COUNT = 2500


@pytest.fixture(scope="module")
def client() -> Iterator[CogniteClient]:
    """A client whose project holds pumps in a row, each linked to the next."""
    before = global_config.disable_pypi_version_check
    global_config.disable_pypi_version_check = True
    with contextlib.closing(Store.open()) as store, run_in_thread(store) as url:
        client = CogniteClient(ClientConfig("tests", "any-project", Token("token"), base_url=url))
        create_model(client)
        load(client)
        yield client
    global_config.disable_pypi_version_check = before


def create_model(client: CogniteClient) -> None:
    client.data_modeling.spaces.apply(dm.SpaceApply("plant", name="Plant"))
    status = dm.data_types.Enum({"on": dm.data_types.EnumValue(), "off": dm.data_types.EnumValue()})
    pump = dm.ContainerApply(
        "plant",
        "Pump",
        {
            "code": ContainerPropertyApply(dm.Text(), nullable=False),
            "flow": ContainerPropertyApply(dm.Float64()),
            "tags": ContainerPropertyApply(dm.Text(is_list=True)),
            "site": ContainerPropertyApply(dm.DirectRelation()),
            "started": ContainerPropertyApply(dm.Timestamp()),
            "status": ContainerPropertyApply(status, default_value="on"),
            "running": ContainerPropertyApply(dm.Boolean(), default_value=True),
        },
        indexes={"byFlow": BTreeIndexApply(properties=["flow"], cursorable=True)},
        constraints={"code": UniquenessConstraintApply(["code"])},
    )
    client.data_modeling.containers.apply(pump)
    mapped: dict[str, ViewPropertyApply] = {key: dm.MappedPropertyApply(pump.as_id(), key) for key in pump.properties}
    client.data_modeling.views.apply(dm.ViewApply("plant", "Pump", "v1", properties=mapped))
    client.data_modeling.data_models.apply(dm.DataModelApply("plant", "Model", "v1", views=[VIEW]))


def load(client: CogniteClient) -> None:
    nodes = [
        dm.NodeApply(
            "plant",
            f"pump{number}",
            sources=[
                dm.NodeOrEdgeData(
                    VIEW,
                    {
                        "code": f"P{number:04}",
                        "flow": None if number % 5 == 0 else number / 2,
                        "tags": ["a", f"t{number % 3}"],
                        "site": {"space": "plant", "externalId": f"site{number % 7}"},
                        "started": "2026-01-02T03:04:05.678+00:00",
                    },
                )
            ],
        )
        for number in range(COUNT)
    ]
    edges = [
        dm.EdgeApply(
            "plant", f"link{number}", ("plant", "link"), ("plant", f"pump{number}"), ("plant", f"pump{number + 1}")
        )
        for number in range(50)
    ]
    result = client.data_modeling.instances.apply(nodes, edges)
    assert (len(result.nodes), len(result.edges)) == (COUNT, 50)
    assert all(node.was_modified for node in result.nodes)


def test_the_schema_is_read_back(client: CogniteClient) -> None:
    assert client.data_modeling.spaces.list(limit=None).as_ids() == ["plant"]
    assert client.data_modeling.containers.list(space="plant", limit=None).as_ids() == [dm.ContainerId("plant", "Pump")]
    (view,) = client.data_modeling.views.retrieve(VIEW)
    assert (view.writable, view.used_for, len(view.properties)) == (True, "node", 7)
    assert client.data_modeling.views.list(limit=None).as_ids() == [VIEW]
    (model,) = client.data_modeling.data_models.retrieve(("plant", "Model", "v1"), inline_views=True)
    assert isinstance(model.views[0], dm.View)
    assert client.data_modeling.data_models.list(limit=None).as_ids() == [model.as_id()]


def test_lists_go_beyond_one_page(client: CogniteClient) -> None:
    found = client.data_modeling.instances.list("node", sources=VIEW, limit=None)
    assert [node.external_id for node in found] == [f"pump{number}" for number in range(COUNT)]
    first = found[1].properties[VIEW]
    assert first == {
        "code": "P0001",
        "flow": 0.5,
        "tags": ["a", "t1"],
        "site": {"space": "plant", "externalId": "site1"},
        "started": "2026-01-02T03:04:05.678+00:00",
        "status": "on",
        "running": True,
    }
    assert len(client.data_modeling.instances.list("edge", limit=None)) == 50
    assert len(client.data_modeling.instances.list("node", sources=VIEW, limit=3)) == 3


def test_filters_and_sorts(client: CogniteClient) -> None:
    flow, site, tags = (VIEW.as_property_ref(key) for key in ("flow", "site", "tags"))
    wanted = filters.And(
        filters.Range(flow, gte=100, lt=600),
        filters.Equals(site, {"space": "plant", "externalId": "site3"}),
        filters.Not(filters.ContainsAny(tags, ["t0"])),
        filters.SpaceFilter("plant"),
    )
    sort = dm.InstanceSort(flow, "descending")
    found = client.data_modeling.instances.list("node", sources=VIEW, filter=wanted, sort=sort, limit=None)
    numbers = [n for n in range(COUNT) if n % 5 and 100 <= n / 2 < 600 and n % 7 == 3 and n % 3]
    assert [node.external_id for node in found] == [f"pump{number}" for number in reversed(numbers)]
    nulls = client.data_modeling.instances.list(
        "node", sources=VIEW, filter=filters.Not(filters.Exists(flow)), limit=None
    )
    assert len(nulls) == COUNT // 5


def test_retrieve(client: CogniteClient) -> None:
    found = client.data_modeling.instances.retrieve([("plant", "pump7"), ("plant", "none")], [("plant", "link7")])
    assert found.nodes.as_ids() == [dm.NodeId("plant", "pump7")]
    assert found.edges[0].end_node.external_id == "pump8"
    (node,) = client.data_modeling.instances.retrieve(("plant", "pump7"), sources=VIEW).nodes
    assert node.properties[VIEW]["code"] == "P0007"


def test_aggregates(client: CogniteClient) -> None:
    count = client.data_modeling.instances.aggregate(VIEW, aggregations.Count("externalId"))
    assert count.value == COUNT
    groups = client.data_modeling.instances.aggregate(VIEW, [aggregations.Max("flow")], group_by="site", limit=10)
    assert len(groups) == 7
    histogram = client.data_modeling.instances.histogram(VIEW, aggregations.Histogram("flow", 500.0))
    assert [bucket.start for bucket in histogram.buckets] == [0, 500, 1000]
    assert sum(bucket.count for bucket in histogram.buckets) == COUNT - COUNT // 5


def test_statistics_and_token(client: CogniteClient) -> None:
    assert client.data_modeling.statistics.project().instances.edges == 50
    assert client.iam.token.inspect().subject


def test_refusals_become_errors(client: CogniteClient) -> None:
    with pytest.raises(CogniteAPIError, match="uniqueness") as raised:
        client.data_modeling.instances.apply(
            dm.NodeApply("plant", "double", sources=[dm.NodeOrEdgeData(VIEW, {"code": "P0001"})])
        )
    assert raised.value.code == 400
    with pytest.raises(CogniteAPIError, match="One or more spaces do not exist") as raised:
        client.data_modeling.instances.apply(dm.NodeApply("nowhere", "x"))
    with pytest.raises(CogniteAPIError, match="does not emulate"):
        client.time_series.list()


def test_changes_and_deletes(client: CogniteClient) -> None:
    instances = client.data_modeling.instances
    extra = [dm.NodeApply("plant", key, sources=[dm.NodeOrEdgeData(VIEW, {"code": key})]) for key in ("x", "y")]
    link = dm.EdgeApply("plant", "xy", ("plant", "link"), ("plant", "x"), ("plant", "y"))
    instances.apply(extra, link)
    (again,) = instances.apply(extra[0]).nodes
    assert (again.was_modified, again.version) == (False, 1)
    (changed,) = instances.apply(
        dm.NodeApply("plant", "x", existing_version=1, sources=[dm.NodeOrEdgeData(VIEW, {"flow": 1})])
    ).nodes
    assert changed.version == 2
    with pytest.raises(CogniteAPIError) as raised:
        instances.apply(dm.NodeApply("plant", "x", existing_version=1))
    assert raised.value.code == 409
    deleted = instances.delete([("plant", "x"), ("plant", "y"), ("plant", "never")])
    assert [node.external_id for node in deleted.nodes] == ["x", "y"]
    assert instances.retrieve(edges=("plant", "xy")).edges == []
