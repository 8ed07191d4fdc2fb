"""All data that lies beside the real models loads, and comes back as it stands in the files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pygen.testing import LocalServer, SeedError
from pygen.testing.instance_files import read_instances
from pygen_runtime.schema import InstanceWrite, NodeId, NodeWrite, ViewId

pytestmark = pytest.mark.models

STAND_INS = Path(__file__).parent / "stand_ins.yaml"
SYSTEM = {
    "location": "oslo_refinery",
    "location_name": "Oslo Refinery",
    "appDataSpace": "maintain_solution_model",
    "sourceDataSpace": "maintain_source_data",
}


def counted(server: LocalServer) -> tuple[int, int]:
    with server.http() as http:
        instances = http.get("models/statistics").json()["instances"]
    return instances["nodes"], instances["edges"]


FOLDERS: list[tuple[list[str], dict[str, str], tuple[int, int]]] = [
    (["CogniteCore/data"], {}, (12, 0)),
    (["ToolkitExamples/toolkit"], {}, (5, 1)),
    (["Omni/api_read", "Omni/data/write"], {}, (85, 83)),
    (["Omni/toolkit", "Omni/data/nodes.read.yaml"], {}, (97, 0)),
    (["FileAnnotation/toolkit"], {}, (2, 0)),
    (["CdmMaintain/toolkit", "CdmMaintain/data"], SYSTEM, (10, 0)),
    (["InfieldOnCDM/toolkit", "InfieldOnCDM/data/example"], SYSTEM, (20, 0)),
    (["InfieldOnCDM/toolkit", "InfieldOnCDM/data/example_extension"], SYSTEM, (20, 0)),
    (
        ["IsaManufacturing/toolkit", "IsaManufacturing/data/files.CogniteFile.yaml"],
        {"instance_space": "inst_isa_manufacturing"},
        (100, 0),
    ),
]


@pytest.mark.parametrize(("paths", "variables", "expected"), FOLDERS, ids=lambda value: str(value)[:40])
def test_it_loads(
    cdf_server: LocalServer, models_dir: Path, paths: list[str], variables: dict[str, str], expected: tuple[int, int]
) -> None:
    cdf_server.seed(STAND_INS)
    seeded = cdf_server.seed(*(models_dir / path for path in paths), variables=variables)
    assert (seeded.nodes, seeded.edges) == expected


def values_of(instance: InstanceWrite, view: ViewId) -> dict[str, Any]:
    written = [source.properties for source in instance.sources or () if source.source == view]
    return {key: value for key, value in (written[0] if written else {}).items() if value is not None}


async def test_what_was_loaded_comes_back(cdf_server: LocalServer, models_dir: Path) -> None:
    cdf_server.seed(models_dir / "Omni" / "api_read", models_dir / "Omni" / "data" / "write")
    compared = 0
    async with cdf_server.client() as client:
        for path in sorted((models_dir / "Omni" / "data" / "write").glob("*.node.yaml")):
            for node in read_instances(path, {}):
                for source in node.sources or ():
                    assert isinstance(source.source, ViewId)
                    (found,) = await client.instances.retrieve(
                        [NodeId(node.space, node.external_id)], sources=[source.source]
                    )
                    key = f"{source.source.external_id}/{source.source.version}"
                    read = (found.properties or {})[source.source.space][key]
                    assert isinstance(node, NodeWrite)
                    for name, value in values_of(node, source.source).items():
                        if "imestamp" not in name:  # times come back in UTC, spelled in one way
                            assert read[name] == pytest.approx(value, rel=1e-6) if isinstance(value, float) else True
                            assert read[name] == value or isinstance(value, (float, list))
                            compared += 1
    assert compared > 100


async def test_tables_of_films(cdf_server: LocalServer, models_dir: Path) -> None:
    folder = models_dir / "MovieActors"
    variables = {"movie_actors_space": "films", "movie_actors_datamodel": "MovieActors"}
    assert cdf_server.seed(folder / "api_read_json", variables=variables).views == 4
    people = {"id": "externalId"}
    actors = cdf_server.seed(folder / "data" / "actors.csv", view="Actor", space="films", columns=people)
    directors = cdf_server.seed(folder / "data" / "directors.csv", view="Director", space="films", columns=people)
    columns: dict[str, str | None] = {
        "id": "externalId",
        "Movie_Name": "name",
        "Released_Year": "releasedYear",
        "Run_time": "runTime",
        "IMDB_Rating": "imdbRating",
        "Description": "description",
        "Gross_USD": "gross",
        "Director": "director",
    }
    movies = folder / "data" / "movies.csv"
    with pytest.raises(SeedError, match=r"movies.csv:968, column releasedYear: 'PG' is no int32"):  # so the file has it
        cdf_server.seed(movies, view="Movie", space="films", columns=columns)
    films = cdf_server.seed(movies, view="Movie", space="films", columns={**columns, "Released_Year": None})
    ends: dict[str, str | None] = {"id": "externalId", "movie": "startNode", "actor": "endNode"}
    appearances = folder / "data" / "actor_movie_appearances.csv"
    parts = cdf_server.seed(appearances, view="Movie.actors", space="films", columns=ends)
    assert (parts.edges, counted(cdf_server)[1]) == (3998, 3996)  # two appearances stand there twice
    assert counted(cdf_server)[0] >= films.nodes > 900
    assert actors.nodes > 2000
    assert directors.nodes > 400


def test_tables_of_a_solar_farm(cdf_server: LocalServer, models_dir: Path) -> None:
    """Its assets are dated in a way that no timestamp is; relations to files and time series are no edges."""
    data = models_dir / "SolarAPM" / "data"
    cdf_server.seed(models_dir / "SolarAPM" / "graphql")
    for name, count in (("WorkItem", 2), ("WorkOrder", 2)):
        assert cdf_server.seed(data / f"{name}.csv", space="solar").nodes >= count
    undated: dict[str, str | None] = {"createdDate": None, "updatedDate": None}
    assert cdf_server.seed(data / "Asset.csv", space="solar", columns=undated).nodes == 11
    ends: dict[str, str | None] = {"sourceExternalId": "startNode", "targetExternalId": "endNode"}
    for name in ("Asset.linkedAssets", "WorkItem.linkedAssets", "WorkOrder.linkedAssets", "WorkOrder.workItems"):
        assert cdf_server.seed(data / f"{name}.csv", space="solar", columns=ends).edges > 0
