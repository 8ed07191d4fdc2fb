from __future__ import annotations

from typing import Any, Literal

import msgspec
import pytest

from pygen.mismatch import mismatch


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    size: int | float | None = None


class Whole(msgspec.Struct):
    name: str
    inner: list[Inner] = []
    kind: Literal["a", "b"] = "a"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (3, "it must be an object, and is a number"),
        ({}, "the key `name` is missing"),
        ({"name": 1}, "`name` must be text, and is a number"),
        ({"name": "", "inner": [{"size": "x"}]}, "`inner[0].size` must be a number or nothing, and is text"),
        ({"name": "", "inner": [{"length": 1}]}, "the key `length` in `inner[0]` is not known"),
        ({"name": "", "inner": {}}, "`inner` must be a list, and is an object"),
        ({"name": "", "kind": "c"}, "Invalid enum value 'c' at `kind`"),
    ],
)
def test_what_is_wrong_is_said_in_the_words_of_files(value: Any, said: str) -> None:
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert(value, Whole)
    assert mismatch(caught.value) == said
