from __future__ import annotations

from typing import Any

import libcst as cst
import msgspec
import pytest

from pygen_codegen.errors import HookError
from pygen_codegen.hooks import Hook, change_model, change_module
from pygen_codegen.ir import IRModel
from pygen_codegen.python import PythonConfig, PythonGenerator
from tests.codegen.python_models import EVERYTHING


class Named(Hook):
    name = "mine"


class Broken(Named):
    def change_model(self, model: IRModel) -> IRModel:
        raise ValueError("no such view")

    def change_module(self, path: str, module: cst.Module) -> cst.Module:
        raise ValueError(f"no {path}")


class Strange(Named):
    def change_model(self, model: IRModel) -> Any:
        return None

    def change_module(self, path: str, module: cst.Module) -> Any:
        return module.code


class Invalid(Named):
    def change_module(self, path: str, module: cst.Module) -> cst.Module:
        return module.with_changes(body=[cst.parse_statement("pass"), cst.SimpleStatementLine([cst.Return()])])


class OnlyOther(Named):
    def change_model(self, model: IRModel) -> IRModel:
        return msgspec.structs.replace(
            model, classes=tuple(each for each in model.classes if each.id.external_id == "Other")
        )


class Doc(Named):
    def __init__(self, line: str) -> None:
        self.line = line

    def change_module(self, path: str, module: cst.Module) -> cst.Module:
        return module.with_changes(body=[*module.body, cst.parse_statement(f"{self.line} = {path!r}")])


def generated(*hooks: Hook) -> dict[str, str]:
    model = change_model(hooks, EVERYTHING)
    return PythonGenerator(PythonConfig(package="sdk"), hooks=hooks).generate(model)


def test_a_hook_that_does_nothing_changes_nothing() -> None:
    assert generated(Hook()) == generated()


def test_members_are_dropped_by_way_of_the_model() -> None:
    files = generated(OnlyOther())
    assert "class Other(" in files["data_classes.py"]
    assert "class Everything(" not in files["data_classes.py"]


def test_modules_are_changed_one_hook_after_the_other() -> None:
    files = generated(Doc("FIRST"), Doc("SECOND"))
    assert files["api.py"].endswith("FIRST = 'api.py'\nSECOND = 'api.py'\n")
    assert files["py.typed"] == ""


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (Broken(), "the hook 'mine' failed in change_model: ValueError: no such view; correct it, or leave it out"),
        (Strange(), "the hook 'mine' gave back a NoneType as model, not an IRModel"),
    ],
)
def test_what_goes_wrong_with_a_model_is_told_with_the_name(hook: Hook, said: str) -> None:
    with pytest.raises(HookError) as caught:
        change_model([hook], EVERYTHING)
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("hook", "said"),
    [
        (Broken(), "the hook 'mine' failed in change_module for api.py: ValueError: no api.py"),
        (Strange(), "the hook 'mine' gave back a str for api.py, not a libcst.Module"),
        (Invalid(), "the hook 'mine' failed in change_module for api.py: SyntaxError: 'return' outside function"),
    ],
)
def test_what_goes_wrong_with_a_module_is_told_with_the_name(hook: Hook, said: str) -> None:
    with pytest.raises(HookError) as caught:
        change_module([hook], "api.py", "x = 1\n")
    assert said in str(caught.value)
