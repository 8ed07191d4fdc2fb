from __future__ import annotations

import keyword
import re
from collections.abc import Iterable

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pygen_codegen.naming import (
    FILE_NAMES,
    PYTHON,
    PYTHON_BUILTINS,
    PYTHON_NAMING,
    TYPESCRIPT,
    TYPESCRIPT_KEYWORDS,
    TYPESCRIPT_NAMING,
    Clash,
    NameStyle,
    NamingConfig,
    Scope,
    Wish,
    camel,
    constant,
    human,
    keep,
    pascal,
    plural,
    singular,
    snake,
    view_owner,
    view_wishes,
    words,
)
from pygen_runtime.errors import UsageError
from pygen_runtime.schema import ViewId

HOSTILE = ["", "_", "__init__", "3", "'); import os #", "a\nb", "x\u2028y", "名前", "é", "١٢", "\ud800", "ﬁeld", "ªb"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("WorkOrder", "work_order"),
        ("getHTTP200ResponseCode", "get_http_200_response_code"),
        ("int32", "int_32"),
        ("Cognite360Image", "cognite_360_image"),
        ("Implementation1v2", "implementation_1_v_2"),
        ("APM_Activity", "apm_activity"),
        ("object3D", "object_3d"),
        ("Cognite3DModel", "cognite_3_d_model"),
        ("3DModel", "no_3_d_model"),
        ("object13D", "object_13_d"),
        ("my-view", "my_view"),
        ("assetHierarchy_path", "asset_hierarchy_path"),
        ("__init__", "init"),
        ("1", "no_1"),
        ("Größe", "gro_e"),  # ß has no accent to take off
        ("名前", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_snake_case(source: str, expected: str) -> None:
    assert snake(source) == expected
    assert constant(source) == snake(source).upper()


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("my_view", "MyView"),
        ("my-view", "MyView"),
        ("CogniteCADModel", "CogniteCADModel"),
        ("windTurbine", "WindTurbine"),
        ("3DModel", "No3DModel"),
        ("a b", "AB"),
        ("_", "Unnamed"),
    ],
)
def test_pascal_case(source: str, expected: str) -> None:
    assert pascal(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("my_view", "myView"),
        ("RatedPower", "ratedPower"),
        ("CADModel", "cadModel"),
        ("3DModel", "no3DModel"),
        ("x", "x"),
        ("APM_Activity", "apmActivity"),
        ("", "unnamed"),
    ],
)
def test_camel_case(source: str, expected: str) -> None:
    assert camel(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [("ratedPower-kW", "ratedPower_kW"), ("3DModel", "no_3DModel"), ("_x_", "x"), ("é", "e"), ("名", "unnamed")],
)
def test_names_can_be_kept_as_they_are(source: str, expected: str) -> None:
    assert keep(source) == expected


ONE_AND_MANY = """
turbine turbines; city cities; day days; box boxes; bus buses; class classes; status statuses; dish dishes; batch batches
person people; child children; analysis analyses; index indices; leaf leaves; life lives; criterion criteria
house houses; cause causes; use uses; cache caches; shoe shoes; movie movies; matrix matrices; gas gases
gearbox gearboxes; nacelle nacelles; axis axes; tax taxes; axle axles; phase phases; base bases; pipe pipes; ID IDS
Person People; Turbine Turbines; BOX BOXES; PERSON PEOPLE; company companies; valve valves; lens lenses; tie ties
equipment equipment; series series; metadata metadata; data data; id ids
"""


@pytest.mark.parametrize("pair", [pair.split() for pair in ONE_AND_MANY.replace("\n", ";").split(";") if pair])
def test_one_and_many(pair: list[str]) -> None:
    one, many = pair
    assert (singular(one), singular(many), plural(one), plural(many)) == (one, one, many, many)


@given(st.from_regex(r"[A-Za-z]{1,12}", fullmatch=True))
def test_number_holds_still(word: str) -> None:
    assert singular(singular(word)) == singular(word)
    assert singular(word).isidentifier()
    assert plural(word).isidentifier()


@pytest.mark.parametrize(
    ("style", "source", "ending", "expected"),
    [
        (NameStyle(case="snake", number="plural"), "windTurbine", "", "wind_turbines"),
        (NameStyle(case="snake", number="singular"), "WindTurbines2", "", "wind_turbine_2"),
        (NameStyle(case="pascal", number="singular"), "my_people", "", "MyPerson"),
        (NameStyle(case="camel", number="plural"), "CADModel", "ids", "cadModelsIds"),
        (NameStyle(case="snake"), "metMast", "id", "met_mast_id"),
        (NameStyle(case="constant"), "inProgress", "id", "IN_PROGRESS_ID"),
        (NameStyle(case="keep"), "met-Mast", "id", "met_Mast_id"),
        (NameStyle(case="pascal", number="plural"), "3D", "", "No3D"),
        (NameStyle(case="snake", number="plural"), "42", "", "no_42"),
    ],
)
def test_styles(style: NameStyle, source: str, ending: str, expected: str) -> None:
    assert style.apply(source, ending) == expected


def test_the_style_of_each_kind_of_name_can_be_changed() -> None:
    changed = PYTHON_NAMING.changed({"to_many": {"number": "plural"}, "view_api": {"case": "camel"}})
    assert changed.to_many == NameStyle(case="snake", number="plural")
    assert changed.view_api == NameStyle(case="camel")
    assert changed.view == PYTHON_NAMING.view
    assert PYTHON_NAMING.changed({}) == PYTHON_NAMING
    assert msgspec.json.decode(msgspec.json.encode(TYPESCRIPT_NAMING), type=NamingConfig) == TYPESCRIPT_NAMING


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"views": {"case": "snake"}}, r"^naming: the kind of name 'views' is not known; there are view, view_api"),
        ({"view": {"case": "kebab"}}, r"^naming.view: the case 'kebab' is not known; there are snake, .*keep$"),
        ({"view": {"numbers": "plural"}}, r"^naming.view: the part of a style 'numbers' .* case, number$"),
    ],
)
def test_a_style_that_is_none_is_refused(changes: dict[str, dict[str, str]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        PYTHON_NAMING.changed(changes)


@pytest.mark.parametrize(
    ("source", "expected"),
    [("WindTurbine", "Wind turbine"), ("CogniteCADModel", "Cognite CAD model"), ("x", "x"), ("", "unnamed")],
)
def test_human_words_keep_acronyms(source: str, expected: str) -> None:
    assert human(source) == expected


@pytest.mark.parametrize("source", HOSTILE)
def test_hostile_text_becomes_an_identifier(source: str) -> None:
    check_identifiers(source)


@given(st.text(st.characters(exclude_categories=[])))
def test_any_text_becomes_an_identifier(source: str) -> None:
    check_identifiers(source)


def check_identifiers(source: str) -> None:
    for name in (snake(source), pascal(source), constant(source), camel(source), keep(source)):
        assert name.isidentifier()
        assert name.isascii()
        assert not name.startswith("_")
    assert words(source)
    assert human(source).isprintable()


@given(st.from_regex(r"[a-zA-Z0-9][a-zA-Z0-9_-]{0,30}", fullmatch=True))
def test_cases_of_a_name_hold_still(source: str) -> None:
    assert snake(snake(source)).replace("_", "") == snake(source).replace("_", "")
    assert pascal(pascal(source)) == pascal(source)


def test_a_scope_gives_the_first_free_wish() -> None:
    scope = Scope({"type", "self"})
    assert scope.claim("type", "type") == "type_"
    assert scope.claim("Thing@1", "thing", "thing_v1") == "thing"
    assert scope.claim("Thing@2", "thing", "thing_v2") == "thing_v2"
    assert scope.claim("Thing@3", "thing") == "thing_"
    assert scope.claim("Thing@4", "thing") == "thing_2"
    assert scope.claim("Thing@5", "thing") == "thing_3"


def test_an_owner_keeps_its_name_whatever_it_wishes_later() -> None:
    scope = Scope()
    assert scope.claim("a", "x") == "x"
    assert scope.claim("a", "y") == "x"
    assert scope.claim("b", "y") == "y"


def test_a_name_made_by_a_clash_is_taken_too() -> None:
    scope = Scope({"name"})
    assert scope.claim("name", "name") == "name_"
    assert scope.claim("other", "name_") == "name__"


def test_who_asks_together_gets_by_rank_and_takes_no_first_choice_of_another() -> None:
    scope = Scope({"type"})
    got = scope.share(
        [Wish("1", "thing"), Wish("2", "thing", ("thing_", "other")), Wish("3", "thing_"), Wish("4", "type")]
    )
    assert got == {"1": "thing", "2": "other", "3": "thing_", "4": "type_"}
    assert scope.clashes == (Clash("2", "thing", "other", "1"), Clash("4", "type", "type_", None))
    assert scope.share([Wish("1", "x"), Wish("1", "y")]) == {"1": "thing"}


@given(st.lists(st.text("abA_", min_size=1, max_size=3), unique=True), st.text("abA_", min_size=1, max_size=3))
def test_who_comes_later_renames_nobody(sources: list[str], later: str) -> None:
    scope = Scope({"a"})
    before = {source: scope.claim(source, snake(source)) for source in sources}
    scope.claim(f"later {later}", snake(later))
    assert {source: scope.claim(source, snake(source)) for source in sources} == before


SPELLINGS = [
    "Pump", "pump", "pUmp", "PUMP", "SomeThing", "some_thing", "someThing", "Some_Thing", "Thing", "thing", "thing_2", "class",
    "Warning", "warning", "V2",
]  # fmt: skip
VIEWS = st.builds(
    ViewId,
    st.sampled_from(["own", "a", "b"]),
    st.sampled_from(SPELLINGS),
    st.sampled_from(["1", "v2", "v10", "2-beta"]),
)


def class_names(views: Iterable[ViewId], style: NameStyle = PYTHON_NAMING.view) -> dict[ViewId, str]:
    given = Scope(PYTHON).share(view_wishes(views, "own", style))
    return {view: given[view_owner(view)] for view in views}


@given(st.sets(VIEWS, max_size=12), VIEWS)
@example({ViewId("own", "some_thing", "1"), ViewId("own", "someThing", "v2")}, ViewId("own", "someThing", "1"))
@example({ViewId("b", "Pump", "1"), ViewId("a", "Pump", "v2")}, ViewId("a", "Pump", "1"))
def test_one_more_view_renames_at_most_the_one_that_had_its_very_name(views: set[ViewId], newcomer: ViewId) -> None:
    """And what that one is called now follows from itself alone."""
    before, after = class_names(views), class_names({*views, newcomer})
    renamed = {view for view in views if before[view] != after[view]}
    assert len(renamed) <= 1
    for view in renamed:
        assert before[view] == after[newcomer]
        assert pascal(view.external_id) == pascal(newcomer.external_id)
        first, _ = view_wishes([view, newcomer], "own", PYTHON_NAMING.view)
        assert first.owner == view_owner(newcomer)  # the first by spelling, space and version


@given(st.sets(VIEWS, min_size=1, max_size=12))
def test_who_is_not_the_first_of_its_name_is_called_by_what_it_is(views: set[ViewId]) -> None:
    names = class_names(views)
    assert len(set(names.values())) == len(views)
    for view, name in names.items():
        plain = pascal(view.external_id)
        assert name.startswith(plain)
        rest = name.removeprefix(plain)
        assert rest.removesuffix("_") in ("", f"_{rest.strip('_')}")
        if rest.strip("_"):
            assert (view.space in rest) == (view.space != "own")
            assert (view.external_id in rest) == (view.external_id != plain)


@given(st.permutations([ViewId("own", name, "1") for name in SPELLINGS]))
def test_the_order_of_views_has_no_say_in_their_names(views: list[ViewId]) -> None:
    assert class_names(views) == class_names(sorted(views))


@pytest.mark.parametrize(
    ("views", "names"),
    [
        ("own:Pump/1 own:Pump/2 own:Pump/10", "Pump Pump_v2 Pump_v10"),
        ("a:Pump/1 a:Pump/2", "Pump Pump_v2_a"),
        ("own:Pump/9 a:Pump/1 a:Pump/2", "Pump Pump_a Pump_v2_a"),
        ("own:thing/1 own:thing/2", "Thing Thing_thing_v2"),
        ("own:thing/1 own:thing/2 own:Thing/9", "Thing_thing Thing_thing_v2 Thing"),
        ("own:some_thing/1 own:someThing/1 own:SomeThing/1", "SomeThing_some_thing SomeThing_someThing SomeThing"),
        ("own:Warning/1 own:Warning/2", "Warning_ Warning_v2"),
    ],
)
def test_views_of_one_name(views: str, names: str) -> None:
    ids = [ViewId(*re.split("[:/]", view)) for view in views.split()]
    assert [*class_names(ids).values()] == names.split()


def test_case_matters_only_on_request() -> None:
    assert [Scope(["Con"]).claim("x", "con"), Scope(["Con"], ignore_case=True).claim("x", "con")] == ["con", "con_"]
    files = Scope(FILE_NAMES, ignore_case=True)
    assert [files.claim("Thing", "Thing"), files.claim("thing", "thing"), files.claim("aux", "AUX")] == [
        "Thing",
        "thing_",
        "AUX_",
    ]


@given(st.lists(st.text(), unique=True), st.sets(st.sampled_from(["a", "b", "unnamed", "type"])), st.booleans())
def test_names_in_a_scope_are_distinct_and_stable(owners: list[str], reserved: set[str], ignore_case: bool) -> None:
    scope = Scope(reserved, ignore_case=ignore_case)
    names = [scope.claim(owner, snake(owner), pascal(owner)) for owner in owners]
    keys = [name.casefold() if ignore_case else name for name in names]
    assert len(set(keys)) == len(owners)
    assert not reserved & set(names)
    assert names == [scope.claim(owner, snake(owner)) for owner in owners]
    again = Scope(reserved, ignore_case=ignore_case)
    assert names[:3] == [again.claim(owner, snake(owner), pascal(owner)) for owner in owners[:3]]


def test_reserved_words_cover_the_running_python() -> None:
    assert {*keyword.kwlist, *keyword.softkwlist} <= PYTHON
    assert {"list", "str", "id", "ValueError", "_"} <= PYTHON
    assert "copyright" in PYTHON_BUILTINS  # in the interpreter only when `site` was loaded
    assert {"class", "interface", "undefined"} <= TYPESCRIPT_KEYWORDS
    assert {"class", "Date", "Promise", "then", "globalThis"} <= TYPESCRIPT
    assert all(name == name.lower() for name in FILE_NAMES)
