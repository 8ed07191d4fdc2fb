"""Defects of the product that we replace, which concern generating, filters and data classes: each by its id, and none of them ours.

Those of connections and writes are in `test_parity_connections.py`. `BUG-15`, `BUG-16` and `BUG-26` are there; `BUG-19` concerns a
door that there is none of here (GraphQL queries); `BUG-22` (errors in checkers) and `BUG-23` (what is not declared) hold for all that is
generated and packaged, see `tests/codegen/test_python_golden.py` and `tests/packaging`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from pygen.generation import generate_sdk
from pygen.generation.config import read_config
from pygen.generation.notebook import generate_sdk_notebook
from pygen.generation.wheel import wheel_version
from pygen.testing import LocalServer
from pygen_codegen.errors import OutputError
from pygen_codegen.ir import IREnum, IREnumReference, IREnumValue, IRFloat, IRInteger, IRJson
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeWrite, SourceWrite
from pygen_runtime.sdk.fields.conditions import to_filter
from pygen_runtime.sync import PygenClient
from tests.codegen.python_models import HOSTILE, model, prop, view
from tests.codegen.python_tools import generate
from tests.conftest import ImportSdk
from tests.sdk import plant
from tests.sdk.model import AsyncPlantClient, Pump, PumpConditions
from tests.sources.models import decoded, mapped
from tests.sources.models import view as schema_view


@pytest.fixture
async def client(cdf_server: LocalServer) -> AsyncIterator[AsyncPlantClient]:
    async with AsyncPlantClient.from_token(cdf_server.base_url, "test", "token") as client:
        await plant.build(client.pygen, 4)
        yield client


def test_bug_0_py_9_files_of_others_are_never_touched(tmp_path: Path) -> None:
    mine = tmp_path / "project" / "mine.py"
    mine.parent.mkdir()
    mine.write_text("mine = True\n")
    sdk = generate_sdk(decoded(), package="project")
    with pytest.raises(OutputError, match=r"mine\.py"):
        sdk.write(mine.parent, force=True)
    sdk.write(mine.parent / "sdk", force=True)
    beside = mine.parent / "sdk" / "notes.py"
    beside.write_text("")
    generate_sdk(decoded(schema_view("Other"))).write(mine.parent / "sdk", force=True)
    assert (mine.read_text(), beside.exists()) == ("mine = True\n", True)


ARGUMENTS = (
    "direction sort sortBy groupBy aggregate cursors chunkSize searchProperty self viewId limit filter cls conditions"
)


def test_bug_3_properties_called_like_arguments(import_sdk: ImportSdk) -> None:
    made = model("Bug3", view("Thing", *map(prop, ARGUMENTS.split())))
    sdk = import_sdk("bug_3", generate(made, "bug_3"))
    conditions = get_type_hints(import_module("bug_3.filters").ThingConditions, include_extras=True)
    meant = [get_args(hint)[1].property for hint in conditions.values()]
    for source in ARGUMENTS.split():
        (field,) = [each.name for each in msgspec.structs.fields(sdk.Thing) if each.encode_name == source]
        assert getattr(sdk.Thing(external_id="a", space="s", **{field: "x"}), field) == "x"
        assert meant.count(source) == 2, "the value, and its prefix"


def test_bug_4_texts_of_a_model_are_never_code(import_sdk: ImportSdk) -> None:
    values = tuple(IREnumValue(source=f"v{n}", name=text) for n, text in enumerate((HOSTILE, '"', "'\n", "\\u")))
    made = model(
        "Bug4",
        view("class", prop("a", description='"""', default='quote " and\nline'), prop("b", IREnumReference(enum="e"))),
        view("None", prop("c", description="\\u0")),
        enums={"e": IREnum(id="e", container=prop("b").container, property="b", values=values)},
    )
    assert import_sdk("bug_4", generate(made, "bug_4")).AsyncBug4Client


def test_bug_5_bug_6_views_called_like_what_generated_code_needs(import_sdk: ImportSdk) -> None:
    names = "Optional Core A AList Upsert Delete GraphqlQuery api Any Sequence PygenNode OneOf"
    made = model("Bug5", *(view(name, prop("name")) for name in names.split()))
    sdk = import_sdk("bug_5", generate(made, "bug_5"))
    client = sdk.Bug5Client.from_env({"CDF_URL": "http://127.0.0.1:1", "CDF_PROJECT": "p", "CDF_TOKEN": "t"})
    views = [api.resource.VIEW.external_id for api in client.views.values()]
    assert sorted(views) == sorted(names.split())
    assert len({api.resource for api in client.views.values()}) == len(names.split())
    assert callable(client.upsert)
    assert callable(client.delete)


def test_bug_7_no_property_hides_another_or_what_every_node_has(import_sdk: ImportSdk) -> None:
    made = model("Bug7", view("Thing", prop("nodeType"), prop("someValue"), prop("some_value"), prop("SomeValue")))
    thing = import_sdk("bug_7", generate(made, "bug_7")).Thing
    fields = {each.encode_name: each.name for each in msgspec.structs.fields(thing)}
    assert fields["~node_type"] == "node_type" if "~node_type" in fields else "node_type" in thing.__struct_fields__
    own = [fields[source] for source in ("nodeType", "someValue", "some_value", "SomeValue")]
    assert len(set(own)) == 4
    assert "node_type" not in own


def test_bug_8_the_same_bytes_however_the_interpreter_was_started() -> None:
    code = (
        "import hashlib\n"
        "from pygen.generation import generate_sdk\n"
        "from tests.sources.models import decoded, view\n"
        "files = generate_sdk(decoded(view(), view('Blade'))).files\n"
        "print(hashlib.sha256(repr(sorted(files.items())).encode()).hexdigest())"
    )
    root = Path(__file__).parents[2]
    paths = os.pathsep.join(str(root / part) for part in ("", "codegen", "runtime"))
    found = {
        subprocess.run(
            [sys.executable, *flags, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
            cwd=root,
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed},
        ).stdout
        for flags, seed in (([], "1"), (["-O"], "2"), (["-OO"], "3"))
    }
    assert len(found) == 1


def test_bug_9_the_callers_model_stays_as_it_was() -> None:
    given = decoded(schema_view(), schema_view("Blade"))
    before = msgspec.json.encode(msgspec.to_builtins(given, enc_hook=str))
    assert "class Blade(" not in generate_sdk(given, exclude=["Blade"]).files["data_classes.py"]
    assert msgspec.json.encode(msgspec.to_builtins(given, enc_hook=str)) == before


def test_bug_10_views_of_edges(import_sdk: ImportSdk) -> None:
    made = model("Bug10", view("Link", prop("weight", IRFloat(bits=64)), used_for="edge"), view("Both", used_for="all"))
    sdk = import_sdk("bug_10", generate(made, "bug_10"))
    assert [kind.INSTANCE_TYPE for kind in (sdk.Link, sdk.Both)] == ["edge", "node"]


def test_bug_11_generating_again_in_a_notebook_replaces_the_module(local_server: str) -> None:
    with PygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        generate_sdk_notebook(decoded(externalId="Bug11"), client)
        old = import_module("bug_11").Turbine
        generate_sdk_notebook(
            decoded(schema_view(properties={"height": mapped("float64")}), externalId="Bug11"), client
        )
        assert import_module("bug_11").Turbine is not old
        assert import_module("bug_11").Turbine(space="s", external_id="a", height=1.0).height == 1.0


@pytest.mark.parametrize("version", ["v1", "abc", "1_draft", "final-2"])
def test_bug_12_a_wheel_of_any_version(version: str) -> None:
    assert wheel_version(version)


@pytest.mark.parametrize(("text", "said"), [("ruff = true\nruf = true", "ruf"), ('ruff = "yes"', "ruff")])
def test_bug_13_settings_are_heeded_or_refused(text: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "pygen.toml").write_text(f'[[sdks]]\noutput = "farm"\nfile = "model.yaml"\n{text}\n')
    with pytest.raises(UsageError, match=said):
        read_config(tmp_path / "pygen.toml")


@pytest.mark.parametrize("several", [(), [], set(), frozenset(), iter(())], ids=lambda each: type(each).__name__)
async def test_bug_14_f_1_an_empty_sequence_matches_nothing(client: AsyncPlantClient, several: Iterable[str]) -> None:
    values: Any = several
    assert await client.pump.filter(name=values).to_list() == []


@pytest.mark.parametrize("several", [("Pump 0001",), {"Pump 0001"}, ["Pump 0001"], iter(["Pump 0001"])])
async def test_bug_14_f_1_any_sequence_is_one(client: AsyncPlantClient, several: Iterable[str]) -> None:
    values: Any = several
    assert [pump.name for pump in await client.pump.filter(name=values).to_list()] == ["Pump 0001"]


async def test_bug_14_f_2_every_key_of_an_order_counts(client: AsyncPlantClient) -> None:
    pumps = await client.pump.sort("-external_id").to_list()
    assert pumps == list(reversed(await client.pump.sort(lambda t: (t.external_id.asc(), t.name.asc())).to_list()))


@pytest.mark.parametrize("given", [{"name": 5}, {"name": [5]}, {"min_flow": "x"}, {"space": 1}, {"name_prefix": ["a"]}])
def test_bug_14_f_3_a_value_of_the_wrong_type_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        to_filter(PumpConditions, Pump.VIEW, given)


async def test_bug_17_walks_have_an_order_and_go_on_as_often_as_one_likes(client: AsyncPlantClient) -> None:
    query = client.pump.sort("external_id")
    ids = [pump.external_id for pump in await query.to_list()]
    tokens: list[str] = []
    async with query.limit(2).pages() as pages:
        async for page in pages:
            assert [pump.external_id for pump in page] == ids[:2]
            tokens.append(pages.checkpoint())
    for _ in range(2):
        assert await query.limit(2).pages(resume=tokens[-1]).to_list() == [], "the limit counts what was handed out"


@pytest.mark.parametrize("value", [[1, "a"], 5, "text", {"a": None}, True, [], None])
def test_bug_18_json_of_any_shape_is_read(value: object, import_sdk: ImportSdk) -> None:
    holder = import_sdk("bug_18", generate(model("Bug18", view("Holder", prop("data", IRJson()))), "bug_18")).Holder
    read = msgspec.json.decode(msgspec.json.encode({"data": value}), type=holder)
    assert read.data == value


async def test_bug_20_all_groups_or_an_error(client: AsyncPlantClient) -> None:
    await client.pygen.instances.upsert(
        [
            NodeWrite(
                space="plant",
                external_id=f"n{n}",
                sources=[SourceWrite(source=Pump.VIEW, properties={"name": f"N{n}"})],
            )
            for n in range(60)
        ]
    )
    groups = dict(await client.pump.group_by("name").aggregate(lambda t: t.external_id.count()))
    assert len(groups) == 64


async def test_bug_21_a_search_cannot_promise_more_than_the_api_gives(client: AsyncPlantClient) -> None:
    for limit in (-1, 1001):
        with pytest.raises(UsageError, match="limit"):
            await client.pump.search("pump", limit=limit)


@pytest.mark.parametrize("name", ["size", "someSize"])
def test_bug_24_mo_4_what_has_a_default_may_be_left_out(name: str, import_sdk: ImportSdk) -> None:
    sized = prop(name, IRInteger(bits=32), nullable=False, required=False, default=3)
    package = f"bug_24_{name.lower()}"
    sdk = import_sdk(package, generate(model("Bug24", view("Thing", sized)), package))
    assert sdk.ThingWrite(external_id="a", space="s").external_id == "a"


def test_bug_25_a_client_of_several_models_says_so() -> None:
    files = generate_sdk([decoded(), decoded(schema_view("Tank"), externalId="Tanks")]).files
    client = files["client.py"]
    assert client.count('DataModelId("power", "Wind", "1")') == client.count('DataModelId("power", "Tanks", "1")') == 2
    assert "power:Wind/1 and power:Tanks/1" in files["data_classes.py"].splitlines()[0]
