from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen_codegen.naming import (
    FILE_NAMES,
    PYTHON,
    PYTHON_BUILTINS,
    TYPESCRIPT_KEYWORDS,
    Scope,
    constant,
    human,
    pascal,
    snake,
    words,
)

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
    for name in (snake(source), pascal(source), constant(source)):
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
    assert all(name == name.lower() for name in FILE_NAMES)
