"""Whatever a legal model holds: it is named and printed in TypeScript, the same every time, and a sample of it compiles."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pygen_codegen.ir import IRModel, analyse
from pygen_codegen.naming import TYPESCRIPT_MEMBERS
from pygen_codegen.typescript.names import Names, settle
from pygen_codegen.typescript.reserved import CLIENT, OBJECT, RESERVED
from pygen_runtime.schema import DataModel
from tests.codegen.random_models import data_models
from tests.codegen.test_random_models import reordered
from tests.codegen.typescript_tools import Tools, generate, write

EXAMPLES, COMPILED = (3_000, 200) if os.environ.get("PYGEN_THOROUGH") == "1" else (100, 30)

IDENTIFIER = re.compile("[A-Za-z][A-Za-z0-9_]*")


def distinct(names: Iterable[str], reserved: Iterable[str]) -> bool:
    names = list(names)
    taken = set(reserved)
    return len(set(names)) == len(names) and all(IDENTIFIER.fullmatch(name) and name not in taken for name in names)


def check_scopes(names: Names) -> None:
    classes = list(names.classes.values())
    beside = ([cls.name, cls.api, cls.constant, *([cls.write] if cls.write else [])] for cls in classes)
    enums = [enum.name for enum in names.enums.values()]
    assert distinct([names.client, *enums, *chain.from_iterable(beside)], RESERVED.package)
    assert distinct((cls.client for cls in classes), TYPESCRIPT_MEMBERS | CLIENT)
    for cls in classes:
        ends = [attribute for attribute, _ in cls.ends.values()]
        assert distinct([*cls.fields.values(), *cls.relations.values(), *ends], TYPESCRIPT_MEMBERS | OBJECT)
        assert cls.fields.keys() == {prop.source for prop in cls.view.properties}


@given(data_models())
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_legal_model_becomes_an_sdk(model: DataModel) -> None:
    analysed = analyse([model]).model
    check_scopes(settle(analysed))
    files = generate(analysed)
    assert all(line.isprintable() for text in files.values() for line in text.split("\n"))
    assert generate(analyse([reordered(model)]).model) == files


def test_a_sample_compiles(tmp_path: Path, typescript: Tools) -> None:
    for number, model in enumerate(_sample()):
        write(tmp_path / f"model{number}", generate(model))
    assert typescript.prettier(tmp_path) == ""
    assert typescript.tsc(tmp_path) == ""


def _sample() -> list[IRModel]:
    found: list[IRModel] = []

    @given(st.lists(data_models(), min_size=5, max_size=5))
    @settings(
        max_examples=COMPILED // 5,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    def take(models: list[DataModel]) -> None:
        found.extend(analyse([model]).model for model in models)

    take()
    return found
