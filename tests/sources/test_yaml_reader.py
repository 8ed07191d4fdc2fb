from __future__ import annotations

import itertools

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pygen.errors import SourceError
from pygen.sources.yaml_reader import DEPTH_LIMIT, VALUE_LIMIT, parse_yaml

SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
TREES = st.recursive(
    SCALARS | st.text(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(TREES.filter(lambda tree: tree is not None))
def test_reads_what_pyyaml_writes(tree: object) -> None:
    assert parse_yaml(yaml.safe_dump(tree)) == tree


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: 1", {"a": 1}),
        ("a: -3\nb: 2.5\nc: 1.0e+3", {"a": -3, "b": 2.5, "c": 1000.0}),
        ("a: true\nb: False\nc: ~\nd: null\ne:", {"a": True, "b": False, "c": None, "d": None, "e": None}),
        ("a: '1'\nb: \"true\"\nc: !!str 3", {"a": "1", "b": "true", "c": "3"}),
        ("a: >-\n  folded\n  text", {"a": "folded text"}),
        ("[1, two]", [1, "two"]),
        ("Ærø: vindmølle 🌬", {"Ærø": "vindmølle 🌬"}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ],
)
def test_plain_values(text: str, value: object) -> None:
    assert parse_yaml(text) == value


@pytest.mark.parametrize(
    "word", ["yes", "no", "on", "off", "y", "1_000", "12:30", "010", "0x1F", "2024-01-01", "1e5", ".inf", ".nan"]
)
def test_words_that_other_readers_turn_into_something_stay_text(word: str) -> None:
    assert parse_yaml(f"{word}: {word}") == {word: word}


def test_keys_are_the_text_that_stands_there() -> None:
    assert parse_yaml("1: a\ntrue: b\n~: c") == {"1": "a", "true": "b", "~": "c"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty"),
        ("# nothing\n", "it is empty"),
        ("a: 1\nb: 2\na: 3", "line 3: the key 'a' stands here a second time"),
        ("a:\n  b: 1\n  b: 2", "line 3: the key 'b'"),
        ("a: !!python/object/apply:os.system ['true']", "line 1: the tag .*os.system is not supported"),
        ("a: !custom 1", "line 1: the tag !custom"),
        ("a: 1\n---\nb: 2", "line 2: a second document"),
        ("base: &b {a: 1}\nuse:\n  <<: *b", "line 3: merge keys"),
        ("space: {{ space }}", "line 1: a key that is not a plain name; is this a template"),
        ("? [a]\n: 1", "line 1: a key that is not a plain name"),
        ("a: *missing", r"line 1: the alias \*missing"),
        ("a: &a [*a]", r"line 1: the alias \*a names nothing"),
        ("a: 1.0e+999", "line 1: the number 1.0e.999 is too large"),
        ("a: [1", "line [12]: "),
        ("\tb: 1", "line 1"),
        ("a: b: c", "line 1: this is not YAML: mapping values"),
        ("a: \x00", "control characters|not allowed"),
    ],
)
def test_refuses(text: str, message: str) -> None:
    with pytest.raises(SourceError, match=message) as caught:
        parse_yaml(text)
    assert "\n" not in str(caught.value)


def test_refuses_deep_nesting_without_reading_on() -> None:
    assert parse_yaml("[" * (DEPTH_LIMIT - 1) + "1" + "]" * (DEPTH_LIMIT - 1))
    with pytest.raises(SourceError, match="levels of nesting"):
        parse_yaml("[" * 1_000_000)


def test_refuses_an_alias_bomb() -> None:
    names = "abcdefghij"
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]" for old, new in itertools.pairwise(names)]
    with pytest.raises(SourceError, match=f"line 6: more than {VALUE_LIMIT} values"):
        parse_yaml("\n".join(lines))
