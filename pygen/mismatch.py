"""What is wrong with a value of a file, in the words of files: `Expected `str`, got `int`` is none of them."""

from __future__ import annotations

import re

_OTHER_TYPE = re.compile("Expected `(?P<wanted>[^`]*)`, got `(?P<got>[^`]*)`")
_WORDS = {
    "str": "text",
    "array": "a list",
    "object": "an object",
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
}


def mismatch(error: Exception) -> str:
    """The message of an error of msgspec about the shape of a value, in plain words.

    Args:
        error: A `msgspec.ValidationError`.

    Returns:
        What must be there and what is, with the place inside the value as far as the error names it.
    """
    message, _, place = str(error).replace("`$.", "`").replace("`$`", "").partition(" - at ")
    found = _OTHER_TYPE.fullmatch(message)
    if found is not None:
        wanted = dict.fromkeys(_WORDS.get(each, each) for each in found["wanted"].split(" | "))
        return f"{place or 'it'} must be {' or '.join(wanted)}, and is {_WORDS.get(found['got'], found['got'])}"
    key = f"{message.rpartition(' ')[2]}{f' in {place}' if place else ''}"
    if message.startswith("Object missing"):
        return f"the key {key} is missing"
    if message.startswith("Object contains"):
        return f"the key {key} is not known"
    return f"{message} at {place}" if place else message
