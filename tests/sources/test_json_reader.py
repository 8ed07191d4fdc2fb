from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygen.errors import SourceError
from pygen.sources.json_reader import DEPTH_LIMIT, parse_json

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()


@given(st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))
def test_reads_what_json_writes(tree: object) -> None:
    assert parse_json(json.dumps(tree)) == tree


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (" \n", "it is empty"),
        ("[", "line 1: this is not JSON"),
        ('{"a": 1,\n oops}', "line 2: this is not JSON"),
        ('{"a": 1, "a": 2}', "the key 'a' stands twice"),
        ('{"a": NaN}', "NaN is not a JSON number"),
        ('{"a": -Infinity}', "-Infinity is not a JSON number"),
        ('{"a": 1' + "0" * 5000 + "}", "a number is too long"),
        ("[" * 100_000, "nesting too deep"),
        ("[" * (DEPTH_LIMIT + 1) + "]" * (DEPTH_LIMIT + 1), "levels of nesting"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        parse_json(text)
    assert "\n" not in str(caught.value)
