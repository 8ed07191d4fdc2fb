"""One and many, in English: a small table of rules, so that names do not depend on what is installed.

What the rules do not know comes out regular, which is wrong for some words, but the same wherever it is asked.
"""

from __future__ import annotations

import re

_SAME = frozenset(
    [
        "aircraft",
        "data",
        "deer",
        "equipment",
        "fish",
        "hardware",
        "information",
        "means",
        "metadata",
        "news",
        "offspring",
        "series",
        "sheep",
        "software",
        "species",
    ]
)
_IRREGULAR = {
    "analysis": "analyses",
    "axis": "axes",
    "basis": "bases",
    "base": "bases",  # behind `basis`: many bases are made one base
    "cache": "caches",
    "cause": "causes",
    "child": "children",
    "crisis": "crises",
    "criterion": "criteria",
    "diagnosis": "diagnoses",
    "foot": "feet",
    "half": "halves",
    "house": "houses",
    "hypothesis": "hypotheses",
    "index": "indices",
    "knife": "knives",
    "leaf": "leaves",
    "life": "lives",
    "man": "men",
    "matrix": "matrices",
    "movie": "movies",
    "mouse": "mice",
    "person": "people",
    "phenomenon": "phenomena",
    "shelf": "shelves",
    "shoe": "shoes",
    "synthesis": "syntheses",
    "tooth": "teeth",
    "use": "uses",
    "vertex": "vertices",
    "woman": "women",
}
_REGULAR_AGAIN = {many: one for one, many in _IRREGULAR.items()}
_ONE_IN_S = re.compile(r"(ss|us|[sx]is|^gas|^bias|^lens|^canvas|^atlas|^alias)$")
_HISSING = re.compile(r"(s|x|z|ch|sh)$")
_MANY_OF_HISSING = re.compile(r"(ss|us|x|ch|sh|^gas|^bias|^lens|^canvas|^atlas|^alias)es$")
_TO_Y = re.compile(r"[^aeiou]y$")


def singular(word: str) -> str:
    """`turbines` → `turbine`, `People` → `Person`. A word that is one already stays."""
    lower = word.lower()
    if lower in _SAME or lower in _IRREGULAR or (not lower.endswith("s") and lower not in _REGULAR_AGAIN):
        return word
    if lower in _REGULAR_AGAIN:
        return _cased(_REGULAR_AGAIN[lower], word)
    if _ONE_IN_S.search(lower) or len(lower) < 3:
        return word
    if lower.endswith("ies") and len(lower) > 4:
        return word[:-3] + _like("y", word)
    return word[:-2] if _MANY_OF_HISSING.search(lower) else word[:-1]


def plural(word: str) -> str:
    """`turbine` → `turbines`, `Person` → `People`. A word that is many already stays, and so does a single letter."""
    one = singular(word)
    lower = one.lower()
    if lower in _SAME or not lower.isalpha() or len(lower) < 2:
        return word
    if lower in _IRREGULAR:
        return _cased(_IRREGULAR[lower], one)
    if _HISSING.search(lower):
        return one + _like("es", one)
    return one[:-1] + _like("ies", one) if _TO_Y.search(lower) else one + _like("s", one)


def _cased(word: str, like: str) -> str:
    if like.isupper() and len(like) > 1:
        return word.upper()
    return word.capitalize() if like[0].isupper() else word


def _like(ending: str, word: str) -> str:
    return ending.upper() if word.isupper() and len(word) > 1 else ending
