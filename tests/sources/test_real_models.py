"""Every folder of real models, in every format that it comes in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import anyio
import msgspec
import pytest

from pygen.sources import SchemaSource, load_from_server, load_path
from pygen_codegen.ir import Analysis, IRModel, analyse
from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import DataModel, DataModelWrite, SpaceWrite, View

pytestmark = pytest.mark.models

COOKIECUTTER = {
    "movie_actors_space": "movies",
    "movie_actors_datamodel": "Movies",
    "apm_simple_space": "apm",
    "apm_simple_datamodel": "ApmSimple",
}
FORMATS = ("api_read*", "api_write*", "toolkit*", "graphql")


class Counted(NamedTuple):
    """What a folder holds, in all formats together; views and containers that come in several count once."""

    spaces: int
    containers: int
    views: int
    data_models: int


COUNTS = {  # spaces that files define, containers, views, data models that files name
    "ApmAppData": Counted(0, 19, 19, 2),
    "ApmBase": Counted(1, 4, 4, 2),
    "ApmSimple": Counted(1, 11, 12, 2),
    "CdmExtensionFull": Counted(1, 33, 33, 1),
    "CdmMaintain": Counted(3, 10, 10, 3),
    "CogPool": Counted(0, 8, 9, 1),
    "CogniteCore": Counted(0, 31, 37, 1),
    "EquipmentUnit": Counted(0, 4, 4, 1),
    "FileAnnotation": Counted(4, 1, 1, 1),
    "InfieldOnCDM": Counted(9, 22, 23, 2),
    "IsaManufacturing": Counted(3, 24, 52, 2),
    "MovieActors": Counted(0, 4, 4, 1),
    "Omni": Counted(3, 13, 23, 1),
    "OmniSub": Counted(0, 0, 3, 1),
    "Pumps": Counted(0, 2, 2, 1),
    "ScenarioInstance": Counted(0, 1, 1, 1),
    "Scene": Counted(1, 7, 7, 1),
    "ShopModel": Counted(0, 2, 2, 1),
    "SolarAPM": Counted(1, 3, 3, 0),
    "StronglyCoupled": Counted(1, 12, 14, 1),
    "ToolkitExamples": Counted(6, 5, 5, 2),
    "WindTurbine": Counted(3, 17, 16, 1),
    "Windmill": Counted(0, 11, 11, 1),
}
"""As the models' own index counts them, but for types in GraphQL, which it does not count, and spaces nobody defines."""


def folders(model: Path) -> list[Path]:
    return sorted(folder for pattern in FORMATS for folder in model.glob(pattern))


def load(folder: Path, **more: Path) -> SchemaSource:
    return load_path(folder, variables=COOKIECUTTER, with_=list(more.values()))


def own_views(source: SchemaSource) -> Iterable[View]:
    further = {view.as_id() for view in source.further_views}
    return (view for view in source.all_views() if view.as_id() not in further)


def analysed(source: SchemaSource) -> Analysis:
    return analyse(source.data_models, views=source.all_views(), containers=source.all_containers())


def test_the_table_is_about_the_folders_that_there_are(models_dir: Path) -> None:
    assert {path.name for path in models_dir.iterdir() if path.is_dir()} == COUNTS.keys()


@pytest.mark.parametrize("name", COUNTS)
def test_every_format_loads(models_dir: Path, name: str) -> None:
    sources = [load(folder) for folder in folders(models_dir / name)]
    assert sources
    counted = Counted(
        spaces=len({space.space for source in sources for space in source.spaces}),
        containers=len({container.as_id() for source in sources for container in source.containers}),
        views=len({view.as_id() for source in sources for view in own_views(source)}),
        data_models=len({m.as_id() for source in sources for m in source.data_models if m.as_id() != source.assumed}),
    )
    assert counted == COUNTS[name]
    assert [each for source in sources for each in source.passed_over] == []


@pytest.mark.parametrize("name", COUNTS)
def test_every_format_makes_an_ir(models_dir: Path, name: str) -> None:
    """What others define (the notes name it) is missing, and nothing else is."""
    further = {"OmniSub": {"omni": models_dir / "Omni" / "toolkit"}}
    for folder in folders(models_dir / name):
        more = dict(further.get(name, {}))
        if folder.name == "toolkit_search":
            more["enterprise"] = folder.with_name("toolkit")
        source = load(folder, **more)
        analysis = analysed(source)
        assert analysis.model.classes
        errors = [finding for finding in analysis.findings if finding.severity == "error"]
        elsewhere = re.compile(
            "cdf_(idm|core|apm|apps_shared|3d_schema|360_image_schema|extraction_extensions)|sp_pygen_power:SensorPosition"
        )
        assert [str(each) for each in errors if not elsewhere.search(each.message)] == []


def without_words(model: IRModel) -> IRModel:
    """Without what is said to people, and without lengths of lists."""
    text = re.sub(rb'"(name|description)":"(\\.|[^"\\])*",?|,?"max_size":\d+', b"", msgspec.json.encode(model))
    return msgspec.json.decode(re.sub(rb",([}\]])", rb"\1", text), type=IRModel)


@pytest.mark.parametrize(
    ("name", "read", "written"),
    [
        ("ApmAppData", "api_read", "toolkit"),
        ("ApmAppData", "api_read_v4", "toolkit_v4"),
        ("ApmSimple", "api_read", "toolkit"),
        ("CogPool", "api_read", "toolkit"),
        ("EquipmentUnit", "api_read", "toolkit"),
        ("Omni", "api_read", "toolkit"),
        ("Pumps", "api_read", "toolkit"),
        ("ScenarioInstance", "api_read", "toolkit"),
        ("ShopModel", "api_read", "toolkit"),
        ("WindTurbine", "api_read", "toolkit"),
        ("Windmill", "api_read", "toolkit"),
    ],
)
def test_read_form_and_write_form_give_the_same_ir(
    models_dir: Path, tmp_path: Path, name: str, read: str, written: str
) -> None:
    more = {}
    if name == "WindTurbine":  # the notes: this container is missing in the files
        more["core"] = models_dir / "CogniteCore" / "api_read"
        more["position"] = tmp_path / "position.Container.yaml"
        more["position"].write_text(
            "space: sp_pygen_power\nexternalId: SensorPosition\nproperties: {blade: {type: {type: direct}}}\n"
        )
    one, other = (load(models_dir / name / folder, **more) for folder in (read, written))
    id = one.data_models[0].as_id()
    renamed = load_path(other.path, with_=list(more.values()), id=id) if other.assumed else other
    assert {each.id: each for each in analysed(one).model.classes} == {
        each.id: each for each in analysed(renamed).model.classes
    }
    assert analysed(one).model.enums == analysed(renamed).model.enums


def test_read_form_and_write_form_of_the_core_model(models_dir: Path) -> None:
    """They are of different moments: the words changed, a list got a limit, and there is one view more."""
    read, written = (
        without_words(analysed(load(models_dir / "CogniteCore" / folder)).model) for folder in ("api_read", "api_write")
    )
    ours = {each.id: each for each in read.classes}
    theirs = {each.id: each for each in written.classes}
    assert {id.external_id for id in theirs.keys() - ours.keys()} == {"CogniteStateSet"}
    different = {id.external_id for id in ours if ours[id] != theirs[id]}
    assert different <= {"CogniteTimeSeries", "Cognite360ImageAnnotation"}


@pytest.mark.parametrize("name", ["Omni", "CogPool", "Windmill"])
def test_what_a_server_answers_is_what_was_worked_out_here(models_dir: Path, local_server: str, name: str) -> None:
    """The definitions are sent as they stand in the files."""
    source = load(models_dir / name / "toolkit")
    ours = source.read_form()
    spaces = {each.space for each in source.spaces} | {each.space for each in source.containers}
    spaces |= {each.space for each in source.views} | {ours.space}
    parents_first = sorted(source.views, key=lambda view: len(view.implements or ()))

    async def run() -> DataModel:
        async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
            await client.spaces.create([SpaceWrite(space=space) for space in sorted(spaces)])
            await client.containers.create(source.containers)
            await client.views.create(parents_first)
            await client.data_models.create(written(ours))
            return await load_from_server(client, ours.space, ours.external_id, ours.version)

    answered = anyio.run(run)
    assert analyse([answered]).model == analyse([ours]).model


def written(model: DataModel) -> DataModelWrite:
    return DataModelWrite(
        space=model.space,
        external_id=model.external_id,
        version=model.version,
        name=model.name,
        description=model.description,
        views=[view.as_id() for view in model.views or ()],
    )
