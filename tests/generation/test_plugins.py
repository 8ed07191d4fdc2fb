"""Hooks as users write them: a module, and a package with an entry point that is really installed somewhere."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pygen.generation import find_hook, find_hooks, generate_sdk
from pygen_codegen.errors import HookError
from tests.cli.conftest import Pygen, pygen
from tests.sources.models import data_model, decoded, mapped, view

__all__ = ["pygen"]

PLUGIN = '''
import libcst as cst
import msgspec

from pygen_codegen.hooks import Hook
from pygen_codegen.ir import IRModel


class NoSecrets(Hook):
    """Drops properties, and adds a method to every data class."""

    def change_model(self, model: IRModel) -> IRModel:
        classes = tuple(
            msgspec.structs.replace(each, properties=tuple(p for p in each.properties if p.source != "secret"))
            for each in model.classes
        )
        return msgspec.structs.replace(model, classes=classes)

    def change_module(self, path: str, module: cst.Module) -> cst.Module:
        return module.visit(_Adder()) if path == "data_classes.py" else module


class _Adder(cst.CSTTransformer):
    def leave_ClassDef(self, original_node, updated_node):
        if not any(cst.ensure_type(b.value, cst.Name).value == "PygenNode" for b in updated_node.bases):
            return updated_node
        method = cst.parse_statement("def shout(self) -> str:\\n    return self.external_id.upper()")
        body = updated_node.body.with_changes(body=[*updated_node.body.body, method])
        return updated_node.with_changes(body=body)
'''
MODULE = "def change_model(model):\n    import msgspec\n    return msgspec.structs.replace(model, classes=model.classes[:1])\n"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder on Python's path with a distribution that offers a hook."""
    folder = tmp_path / "site"
    info = folder / "no_secrets-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "no_secrets_plugin.py").write_text(PLUGIN, encoding="utf-8")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: no-secrets\nVersion: 1.0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text(
        "[pygen.hooks]\nno-secrets = no_secrets_plugin:NoSecrets\n", encoding="utf-8"
    )
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    sys.modules.pop("no_secrets_plugin", None)


def test_a_plugin_drops_and_adds_members(installed: Path) -> None:
    model = decoded(view(properties={"name": mapped(), "secret": mapped(name="secret")}))
    sdk = generate_sdk(model, hooks=["no-secrets"])
    text = sdk.files["data_classes.py"]
    assert "secret" not in text
    assert "def shout(self) -> str:" in text
    assert sdk.settings.hooks == ("no-secrets",)
    assert "secret" in str(sdk.snapshot)  # what was read, before any hook


def test_on_the_command_line(pygen: Pygen, installed: Path, tmp_path: Path) -> None:
    model = data_model(view(properties={"name": mapped(), "secret": mapped(name="secret")}))
    (tmp_path / "model.json").write_text(json.dumps(model), encoding="utf-8")
    result = pygen("generate", "--file", "model.json", "--output", "wind", "--hooks", "no-secrets")
    assert result.code == 0, result
    assert "def shout" in (tmp_path / "wind/data_classes.py").read_text(encoding="utf-8")
    assert pygen("check", "wind", "--hooks", "no-secrets").code == 0
    assert "generated with: --hooks no-secrets" in pygen("check", "wind").err


def test_modules_beside_the_configuration(pygen: Pygen, tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(data_model(view(), view("Blade"))), encoding="utf-8")
    (tmp_path / "our_hooks_1.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "pygen.toml").write_text(
        '[[sdks]]\noutput = "wind"\nfile = "model.json"\nhooks = ["our_hooks_1"]\n', encoding="utf-8"
    )
    path = list(sys.path)
    assert pygen("generate").code == 0
    assert pygen("check").code == 0
    assert sys.path == path
    assert "class Turbine(" not in (tmp_path / "wind/data_classes.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("x = 1", "our_hooks_2", "the hook 'our_hooks_2' has none of change_model, change_module, change_typescript"),
        ("raise ValueError('no')", "our_hooks_3", "the hook 'our_hooks_3' cannot be loaded: ValueError: no"),
        ("x = 1", "our_hooks_4:Mine", "the hook 'our_hooks_4:Mine' cannot be loaded: AttributeError"),
        ("class", "our_hooks_5", "the hook 'our_hooks_5' cannot be loaded: SyntaxError"),
        ("x = 1", "", "the hook '' cannot be loaded"),
    ],
)
def test_what_is_no_hook(tmp_path: Path, text: str, name: str, said: str) -> None:
    (tmp_path / f"{name.split(':', maxsplit=1)[0] or 'none'}.py").write_text(text, encoding="utf-8")
    with pytest.raises(HookError) as caught:
        find_hooks([name], tmp_path)
    assert said in str(caught.value)


def test_a_class_of_a_module(tmp_path: Path) -> None:
    (tmp_path / "our_hooks_6.py").write_text(PLUGIN, encoding="utf-8")
    (hook,) = find_hooks(["our_hooks_6:NoSecrets"], tmp_path)
    assert hook.name == "our_hooks_6:NoSecrets"
    with pytest.raises(HookError):
        find_hook("our_hooks_7")
