from __future__ import annotations

import re
from functools import cache

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_codegen.errors import CodegenError, HookError
from pygen_codegen.generator import BaseGenerator
from pygen_codegen.hooks import Hook, change_model
from pygen_codegen.ir import (
    IRDirect,
    IREdge,
    IREnum,
    IREnumReference,
    IREnumValue,
    IRInteger,
    IRList,
    IRModel,
    IRRelationship,
    IRTimestamp,
)
from pygen_codegen.naming import TYPESCRIPT_NAMING
from pygen_codegen.typescript import TypeScriptConfig, TypeScriptGenerator, TypeScriptSettings, generator
from pygen_codegen.typescript import build as b
from pygen_codegen.typescript import tree as t
from pygen_codegen.typescript.names import settle
from pygen_codegen.typescript.reserved import CLIENT, IMPORTED, OBJECT, RESERVED
from pygen_codegen.typescript.tree.names import RESERVED as UNDECLARABLE
from pygen_codegen.typescript.tree.names import variable
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import NodeId, ViewId
from tests.codegen.python_models import ASSETS, COLLISIONS, CONTAINER, EVERYTHING, model, prop, view, view_id
from tests.codegen.typescript_tools import generate
from tests.node import RUNTIME

PATHS = ["api.ts", "client.ts", "index.ts", "types.ts", "views.ts"]


def test_an_sdk_has_its_modules_and_a_page() -> None:
    assert isinstance(TypeScriptGenerator(), BaseGenerator)
    assert sorted(generate(EVERYTHING)) == ["AGENTS.md", *PATHS]


def test_a_model_without_views_is_an_sdk_too() -> None:
    files = generate(model("Nothing"))
    assert "export class NothingClient extends ModelClient {}" in files["client.ts"]
    assert "for await" not in files["AGENTS.md"].partition("## Idioms")[0]


@pytest.mark.parametrize("name", ["", "a-b", "class", "1a", "naïve", "Wind Client", "a.b"])
def test_a_client_that_cannot_be_a_class_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="client name"):
        TypeScriptConfig(client_name=name)


@pytest.mark.parametrize("name", ["", " ", "a\nb"])
def test_a_runtime_that_cannot_be_imported_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="module"):
        TypeScriptConfig(settings=TypeScriptSettings(runtime=name))


def test_the_name_of_the_client_and_the_runtime_can_be_chosen() -> None:
    config = TypeScriptConfig(client_name="WindClient", settings=TypeScriptSettings(runtime='./my"runtime.js'))
    files = TypeScriptGenerator(config).generate(EVERYTHING)
    assert "export class WindClient extends ModelClient {" in files["client.ts"]
    assert "from './my\"runtime.js';" in files["client.ts"]
    assert "cdf-pygen-runtime/sdk" not in "".join(files.values())


def test_big_integers_and_moments_as_texts() -> None:
    m = model("M", view("A", prop("n", IRInteger(bits=64)), prop("at", IRList(item=IRTimestamp()), nullable=False)))
    types, views = (generate(m, TypeScriptSettings())[path] for path in ("types.ts", "views.ts"))
    assert "readonly n: bigint | null;" in types
    assert "readonly at: readonly Date[];" in types
    assert 'n: "int64?",\n    at: "timestamp[]",' in views
    texts = TypeScriptSettings(int64="string", timestamps="string")
    types, views = (generate(m, texts)[path] for path in ("types.ts", "views.ts"))
    assert "readonly n: IntegerText | null;" in types
    assert "readonly at: readonly IsoTimestamp[];" in types
    assert 'n: "int64Text?",\n    at: "timestampText[]",' in views


def test_names_can_be_spelled_otherwise() -> None:
    naming = TYPESCRIPT_NAMING.changed({"property": {"case": "snake"}, "view_api": {"number": "plural"}})
    names = settle(model("M", view("Pump", prop("someValue"))), naming=naming)
    (cls,) = names.classes.values()
    assert (cls.client, cls.fields) == ("pumps", {"someValue": "some_value"})


def test_names_do_not_clash() -> None:
    names = settle(COLLISIONS)
    classes = {cls.view.id: cls for cls in names.classes.values()}
    assert {cls.name for cls in classes.values()} >= {"Thing", "Thing_thing", "A", "AList", "Versioned_v2_beta"}
    a = classes[ViewId("golden", "A", "1")]
    assert a.fields["class"] == "class"  # a keyword is a fine property
    assert a.fields["space"] == "space_"
    assert a.fields["externalId"] == "externalId_"
    assert (a.fields["someValue"], a.fields["some_value"]) == ("someValue", "someValue_")
    told = [str(each) for each in TypeScriptGenerator().findings(COLLISIONS)]
    assert any("the property space cannot be called space, because that name is reserved" in one for one in told)
    assert any(
        "the property some_value cannot be called someValue, because the property someValue" in one for one in told
    )


def test_the_platforms_members_are_nobodys() -> None:
    names = "constructor toString valueOf then toJSON prototype hasOwnProperty"
    m = model("M", view("constructor"), view("then"), view("A", *map(prop, names.split())))
    settled = settle(m)
    (a,) = (cls for cls in settled.classes.values() if cls.name == "A")
    assert all(a.fields[name] == f"{name}_" for name in names.split() if name != "prototype")
    assert {cls.client for cls in settled.classes.values()} == {"a", "constructor_", "then_"}


def test_the_ends_of_edges_are_followed() -> None:
    views = generate(ASSETS)["views.ts"]
    assert 'start_: toOne(() => assetView, direct("startNode")),' in views
    assert 'end: toOne(() => assetView, direct("endNode")),' in views


def test_new_nodes_get_the_type_that_the_view_asks_for() -> None:
    type_ = NodeId("types", "turbine")
    views = generate(model("M", view("A", node_type=type_), view("B"), view("C", node_type=type_, writable=False)))
    assert views["views.ts"].count("nodeType") == 1
    assert 'usedFor: "node",\n  nodeType: { space: "types", externalId: "turbine" },' in views["views.ts"]


def _linked(source: str, type_: str, target: str) -> IRRelationship:
    via = IREdge(type=NodeId("types", type_), direction="outwards", many=True, edge=view_id("Link"))
    return IRRelationship(source=source, via=via, target=view_id(target))


def test_edges_say_their_type_and_ends_as_far_as_the_model_does() -> None:
    link, bare = view("Link", prop("a"), used_for="edge"), view("Bare", prop("a"), used_for="edge")
    one = view("A", relationships=(_linked("one", "x", "B"), _linked("other", "x", "C")))
    files = generate(model("M", one, view("B"), view("C"), link, bare))
    assert files["views.ts"].count("edgeType") == 1
    assert 'usedFor: "edge",\n  edgeType: { space: "types", externalId: "x" },' in files["views.ts"]
    assert "  startNode?: AWrite | NodeId;\n  endNode?: BWrite | CWrite | NodeId;\n  a?: string" in files["types.ts"]
    assert files["types.ts"].count("startNode") == 1


def test_edges_of_several_types_and_ends_that_nothing_writes_stay_open() -> None:
    two = view("A", relationships=(_linked("one", "x", "B"), _linked("other", "y", "B")))
    link = view("Link", prop("a"), used_for="edge")
    files = generate(model("M", two, view("B", writable=False), link))
    assert "edgeType" not in files["views.ts"]
    assert "  startNode?: AWrite | NodeId;\n  a?: string" in files["types.ts"]


def test_views_that_cannot_be_written_have_no_write_interface() -> None:
    files = generate(EVERYTHING)
    assert "EmptyWrite" not in "".join(files.values())
    assert "class EmptyApi extends ReadApi<Empty> {" in files["api.ts"]


def test_the_reserved_names_hold_all_that_the_runtime_has() -> None:
    sources = RUNTIME / "src" / "sdk"
    client = (sources / "model-client.ts").read_text("utf-8")
    members = re.findall(r"^  (?:protected |static |readonly |async )*(\w+)[:(<]", client, re.MULTILINE)
    assert {"pygen", "scope"} <= {*members} - {"constructor"} <= CLIENT
    resources = (sources / "resources.ts").read_text("utf-8")
    keys = re.findall(r"^  readonly (\w+)\??:", resources, re.MULTILINE)
    assert {"space", "startNode"} <= {*keys} <= OBJECT
    assert all(name in RESERVED.package for name in UNDECLARABLE)
    for special in ("test", "describe", "require"):
        with pytest.raises(ValueError, match="declared"):
            variable(special)
        assert special in RESERVED.package


@pytest.mark.parametrize("golden", [EVERYTHING, COLLISIONS, ASSETS], ids=lambda each: each.id.external_id)
def test_everything_imported_is_reserved_and_offered_by_the_runtime(golden: IRModel) -> None:
    offered = (RUNTIME / "src" / "sdk" / "index.ts").read_text("utf-8")
    for path in PATHS:
        for names in re.findall(r'import (?:type )?\{([^}]*)\} from "cdf-pygen-runtime/sdk";', generate(golden)[path]):
            used = {name.strip() for name in names.split(",") if name.strip()}
            assert used <= IMPORTED
            assert all(re.search(rf"\b{name}\b", offered) for name in used)


def test_the_page_says_what_there_is() -> None:
    page = generate(EVERYTHING)["AGENTS.md"]
    assert "### `client.everything`: `Everything` (nodes)" in page
    assert "`int64Value` bigint" in page
    assert "`itselfId` id (always there)" in page
    assert "`links` → many `Other`" in page
    texts = generate(EVERYTHING, TypeScriptSettings(int64="string", timestamps="string"))["AGENTS.md"]
    assert "`int64Value` digits" in texts
    assert "`timestampList` list of ISO time" in texts


# --- hooks ---------------------------------------------------------------------------------------


class Named(Hook):
    name = "mine"


class WithoutOthers(Named):
    def change_model(self, model: IRModel) -> IRModel:
        return msgspec.structs.replace(
            model, classes=tuple(each for each in model.classes if each.id.external_id == "Other")
        )


class Marked(Named):
    def __init__(self, mark: str) -> None:
        self.mark = mark

    def change_typescript(self, path: str, module: t.Module) -> t.Module:
        return t.Module((*module.sections, (t.Const(self.mark, b.text(path), exported=True),)), module.header)


class Broken(Named):
    def change_typescript(self, path: str, module: t.Module) -> t.Module:
        raise ValueError(f"no {path}")


class Strange(Named):
    def change_typescript(self, path: str, module: t.Module) -> t.Module:
        return "text"  # type: ignore[return-value]  # what it must not do


def hooked(*hooks: Hook) -> dict[str, str]:
    return TypeScriptGenerator(hooks=hooks).generate(change_model(hooks, EVERYTHING))


def test_hooks_change_the_model_and_the_trees() -> None:
    assert hooked(Hook()) == generate(EVERYTHING)
    files = hooked(WithoutOthers(), Marked("first"), Marked("second"))
    assert "export interface Everything" not in files["types.ts"]
    assert files["api.ts"].endswith('\nexport const first = "api.ts";\n\nexport const second = "api.ts";\n')


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (Broken(), "the hook 'mine' failed in change_typescript for api.ts: ValueError: no api.ts"),
        (Strange(), "the hook 'mine' gave back a str for api.ts, not a pygen_codegen.typescript.tree.Module"),
    ],
)
def test_what_goes_wrong_in_a_hook_is_told_with_its_name(hook: Hook, said: str) -> None:
    with pytest.raises(HookError, match=re.escape(said)):
        hooked(hook)


def test_what_cannot_be_printed_never_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: t.Module) -> str:
        raise ValueError("a call of a call")

    monkeypatch.setattr(generator, "print_module", refuse)
    with pytest.raises(CodegenError, match=r"api\.ts cannot be written as TypeScript: a call of a call"):
        generate(EVERYTHING)


# --- hostile models ------------------------------------------------------------------------------

ANYTHING = st.text(
    st.one_of(st.sampled_from("\"'`\\\n*/${}@<>;:=\u202e\u2028\x00"), st.characters(codec="utf-8")), max_size=12
)


def _model(words: list[str]) -> IRModel:
    """A model whose every text is from the list."""
    space, name, shown, told, version = words[:5]
    thing = view(
        name,
        prop(words[5], name=shown, description=told),
        prop(words[6], IREnumReference(enum="e"), description=told),
        version=version,
        space=space,
        name=shown,
        description=told,
        node_type=NodeId(space, name),
        relationships=(
            IRRelationship(
                source=words[5], via=IRDirect(many=False), target=ViewId(space, name, version), description=told
            ),
        ),
    )
    values = tuple(IREnumValue(source=word, name=shown, description=told) for word in words[7:9])
    enum = IREnum(id="e", container=CONTAINER, property="p", values=values)
    return model(words[9], thing, enums={"e": enum}, name=shown, description=told)


_TOKENS = re.compile(
    r"""//[^\n]*|/\*.*?\*/|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|[A-Za-z_$][\w$]*|\d+n?|=>|\.\.\.|[^\s\w]""",
    re.DOTALL,
)


def _tokens(text: str) -> set[str]:
    """The tokens of a module that are neither comments nor texts."""
    return {token for token in _TOKENS.findall(text) if not token.startswith(("//", "/*", '"', "'"))}


def _made(m: IRModel) -> set[str]:
    names = settle(m)
    made = {names.client, *(enum.name for enum in names.enums.values())}
    for cls in names.classes.values():
        made |= {
            cls.name,
            cls.api,
            cls.constant,
            cls.write or cls.name,
            cls.client,
            *cls.fields.values(),
            *cls.relations.values(),
        }
    return made


HARMLESS = _model(["space", "Thing", "shown", "told", "1", "someText", "someEnum", "one", "two", "Model"])


@cache
def _expected() -> dict[str, set[str]]:
    return {path: _tokens(text) for path, text in generate(HARMLESS).items() if path.endswith(".ts")}


@given(st.lists(ANYTHING, min_size=10, max_size=10, unique=True))
def test_no_text_of_a_model_becomes_code(words: list[str]) -> None:
    hostile = _model(words)
    made = _made(hostile)
    assert all(re.fullmatch("[A-Za-z][A-Za-z0-9_]*", name) for name in made)
    files = generate(hostile)
    for path, tokens in _expected().items():
        assert all(line.isprintable() for line in files[path].split("\n"))
        assert _tokens(files[path]) - made <= tokens | {
            "[",
            "]",
            ":",
            ",",
        }  # which stand where a name is not the model's own
