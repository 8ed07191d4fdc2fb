"""Real models, in every form: what the IR holds of them, and what is told about each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from pygen.sources import SchemaSource, load_path
from pygen.sources.shown_containers import shown_containers
from pygen_codegen.ir import Analysis, Finding, IRClass, IREnum, IRModel, IRReverse, analyse, types
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_runtime.schema import Container, View, ViewId
from pygen_runtime.schema.codec import encode_hook
from tests.codegen.python_models import COLLISIONS, EVERYTHING

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "findings"
CORE = "CogniteCore/api_write"
NEEDS = {
    "OmniSub/toolkit": ["Omni/toolkit"],
    "IsaManufacturing/toolkit_search": ["IsaManufacturing/toolkit", CORE],
}
"""What a model refers to beside the core model."""

TEMPLATES = {
    "cookiecutter.apm_simple_space": "apm_simple",
    "cookiecutter.apm_simple_datamodel": "ApmSimple",
    "cookiecutter.movie_actors_space": "movie_actors",
    "cookiecutter.movie_actors_datamodel": "MovieActors",
}
"""Values for what two models of a project template leave open."""

NO_MODELS = {"data"}
"""Folders of instances."""


@cache
def load(folder: Path) -> SchemaSource:
    return load_path(folder, variables=TEMPLATES)


def definitions(folder: Path) -> tuple[list[View], list[Container]]:
    """All views and containers of a folder, and of what it refers to."""
    needs = NEEDS.get(f"{folder.parent.name}/{folder.name}", [CORE] if folder.parent.name != "CogniteCore" else [])
    sources = [load(folder), *(load(folder.parents[1] / each) for each in needs)]
    views = {view.as_id(): view for source in reversed(sources) for view in source.all_views()}
    containers = {each.as_id(): each for source in reversed(sources) for each in source.all_containers()}
    return list(views.values()), list(containers.values())


@cache
def analysed(folder: Path) -> tuple[Analysis, ...]:
    views, containers = definitions(folder)
    return tuple(analyse([model], views=views, containers=containers) for model in load(folder).data_models)


def folders(models_dir: Path) -> list[Path]:
    return [path for path in sorted(models_dir.glob("*/*")) if path.is_dir() and path.name not in NO_MODELS]


def models(models_dir: Path) -> Iterator[tuple[str, IRModel]]:
    for folder in folders(models_dir):
        for analysis in analysed(folder):
            yield folder.relative_to(models_dir).as_posix(), analysis.model


def told(model: IRModel, findings: tuple[Finding, ...] = ()) -> str:
    """The findings about a model as people read them."""
    lines = (*findings, *PythonGenerator(PythonConfig(package="sdk")).findings(model))
    return f"{model.id}: {len(model.classes)} classes\n" + "".join(f"  {line}\n" for line in lines)


def compare(name: str, text: str, *, update: bool) -> None:
    file = GOLDEN / f"{name}.txt"
    if update:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
    assert file.read_text("utf-8") == text


def test_what_is_told_of_our_own_models(update_golden: bool) -> None:
    for model in (EVERYTHING, COLLISIONS):
        compare(model.id.external_id, told(model), update=update_golden)


@pytest.mark.models
def test_what_is_told_of_real_models(models_dir: Path, update_golden: bool) -> None:
    texts: dict[str, str] = {}
    for folder in folders(models_dir):
        for analysis in analysed(folder):
            text = f"{folder.name} {told(analysis.model, analysis.findings)}"
            texts[folder.parent.name] = texts.get(folder.parent.name, "") + text
    assert texts.keys() >= {"CogniteCore", "Omni", "WindTurbine", "SolarAPM", "IsaManufacturing"}
    for name, text in texts.items():
        compare(f"models/{name}", text, update=update_golden)


@pytest.mark.models
def test_every_model_parses_and_is_its_json(models_dir: Path) -> None:
    assert len(folders(models_dir)) >= 40
    for name, model in models(models_dir):
        assert model.classes, name
        assert msgspec.json.decode(msgspec.json.encode(model), type=IRModel) == model


BOTH_FORMS = [
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
]
REVISIONS = {"CogniteCore", "OmniSub"}
"""Models of which the files in the two forms are from different times, so that their views differ."""


@pytest.mark.models
def test_every_model_that_comes_in_both_forms_is_compared(models_dir: Path) -> None:
    forms: dict[str, set[str]] = {}
    for folder in folders(models_dir):
        forms.setdefault(folder.parent.name, set()).add("read" if folder.name.startswith("api_read") else "written")
    both = {name for name, found in forms.items() if len(found) == 2}
    assert both == {name for name, _, _ in BOTH_FORMS} | REVISIONS


@pytest.mark.models
@pytest.mark.parametrize(("model", "read", "written"), BOTH_FORMS)
def test_read_form_and_write_form_give_the_same(model: str, read: str, written: str, models_dir: Path) -> None:
    """The views, that is: files in write form call some data models otherwise, or do not name them."""
    (one,) = analysed(models_dir / model / read)
    views, containers = definitions(models_dir / model / written)
    if model == "WindTurbine":  # in the folder in write form the file of one container is missing
        known = {each.as_id() for each in containers}
        containers += [each for each in load(models_dir / model / read).all_containers() if each.as_id() not in known]
    (listed,) = load(models_dir / model / written).data_models
    other = analyse([listed], views=views, containers=containers)
    assert one.model.classes == other.model.classes
    assert own_enums(one.model) == own_enums(other.model)


def own_enums(model: IRModel) -> dict[str, IREnum]:
    """Without those of the system model, which had other values when some of the answers were saved."""
    return {id: enum for id, enum in model.enums.items() if enum.container.space != "cdf_cdm"}


@pytest.mark.models
@pytest.mark.parametrize("name", ["CogniteCore/api_read", "Omni/api_read", "WindTurbine/api_read", "CogPool/api_read"])
def test_a_model_written_back_gives_the_same(name: str, models_dir: Path) -> None:
    (read,) = load(models_dir / name).data_models
    known, _ = definitions(models_dir / name)
    views = [view.as_write() for view in known]
    references = [View(space=each.space, external_id=each.external_id, version=each.version) for each in views]
    listed = {view.as_id() for view in read.views or ()}
    model = msgspec.structs.replace(read, views=[each for each in references if each.as_id() in listed])
    containers = shown_containers(known, [])
    (one,), other = analysed(models_dir / name), analyse([model], views=views, containers=containers)
    for ours, theirs in zip(one.model.classes, other.model.classes, strict=True):
        assert comparable(ours) == comparable(theirs)
    assert one.model.enums == other.model.enums


def comparable(class_: IRClass) -> IRClass:
    """Without what follows from properties of containers that no view of the model shows."""
    return msgspec.structs.replace(class_, used_for="all", writable=True, methods=())


@pytest.mark.models
def test_the_core_model(models_dir: Path) -> None:
    ((core, *_),) = [analysed(models_dir / "CogniteCore" / "api_read")]
    classes = {class_.id.external_id: class_ for class_ in core.model.classes}
    asset = {relationship.source: relationship for relationship in classes["CogniteAsset"].relationships}
    assert {"parent", "root", "path", "children", "files", "activities", "timeSeries"} <= asset.keys()
    assert isinstance(asset["files"].via, IRReverse)
    assert isinstance(asset["children"].via, IRReverse)
    assert asset["files"].via.through_list
    assert not asset["children"].via.through_list
    assert classes["CogniteAnnotation"].used_for == "edge"
    assert {"numeric", "string"} <= {each.source for each in core.model.enums["cdf_cdm:CogniteTimeSeries.type"].values}


def words_of_the_ir() -> set[str]:
    """Every word that the IR itself brings along: names of fields, tags, and the values of literals."""
    structs = [each for each in vars(types).values() if isinstance(each, type) and issubclass(each, msgspec.Struct)]
    words: set[str] = set()
    for each in structs:
        words |= {each.__struct_config__.tag_field or "", str(each.__struct_config__.tag or "")}
        words |= set(each.__struct_encode_fields__)
        for hint in get_type_hints(each).values():
            words |= {value for value in get_args(hint) if isinstance(value, str)}
    return words - {""}


FOREIGN = frozenset(
    re.findall(
        r"\w+",
        """
        str int bool dict tuple set bytes datetime None True False self cls def async await lambda import module package
        annotation docstring snake pascal camel python typescript javascript pandas msgspec pydantic libcst
        string number undefined null bigint interface const readonly Promise Array Date Record Map void any object
        """,
    )
)
"""Words of a target language that data models do not share with it, as `float`, `list` and `enum` are shared."""


def test_the_ir_has_no_word_of_a_target_language() -> None:
    assert len(words_of_the_ir()) > 60
    parts = {part for word in words_of_the_ir() for part in re.findall("[A-Za-z][a-z]*", word)}
    assert not (words_of_the_ir() | parts) & FOREIGN


@pytest.mark.models
def test_every_text_in_an_ir_is_the_models_own(models_dir: Path) -> None:
    """So no name is made up, adapted or translated before a target language asks for it."""
    seen = 0
    for folder in folders(models_dir):
        theirs = texts([*definitions(folder), load(folder).data_models])
        for analysis in analysed(folder):
            assert made_up(analysis.model, theirs) == set()
            seen += len(analysis.model.classes)
    assert seen > 400


@pytest.mark.parametrize("word", ["some_value", "int", "int | None", "string", "Promise<number>", "self", "datetime"])
def test_a_word_that_is_not_the_models_own_is_found(word: str) -> None:
    """Wherever it stands: what looks for such words can see all of an IR."""
    theirs = texts(EVERYTHING)
    assert made_up(EVERYTHING, theirs) == set()
    for class_ in EVERYTHING.classes:
        id = ViewId(class_.id.space, word, class_.id.version)
        changes: list[Any] = [{"name": word}, {"id": id}, {"implements": (id,)}]
        changes += [{"properties": (msgspec.structs.replace(each, source=word),)} for each in class_.properties]
        changes += [{"relationships": (msgspec.structs.replace(each, source=word),)} for each in class_.relationships]
        for change in changes:
            planted = msgspec.structs.replace(EVERYTHING, classes=(msgspec.structs.replace(class_, **change),))
            assert made_up(planted, theirs - {word}) == {word}


def made_up(model: IRModel, theirs: set[str]) -> set[str]:
    """The texts of an IR that are neither the model's, nor the IR's own words, nor enums' ids, made of the model's."""
    ids = {f"{enum.container}.{enum.property}" for enum in model.enums.values()}
    return texts(model) - theirs - ids - words_of_the_ir() - {"view", "container"}


def texts(value: Any) -> set[str]:
    """Every text in a value, keys included."""
    found: set[str] = set()
    waiting = [msgspec.to_builtins(value, enc_hook=encode_hook)]
    while waiting:
        match waiting.pop():
            case str(text):
                found.add(text)
            case dict() as mapping:
                waiting += [*mapping.keys(), *mapping.values()]
            case list() | tuple() as items:
                waiting += items
            case _:
                pass
    return found
