from __future__ import annotations

from pathlib import Path

import pytest

from pygen_codegen.errors import OutputError
from pygen_codegen.python import PythonConfig, PythonGenerator
from pygen_codegen.python.custom import custom_classes, generated_classes, with_bases
from tests.codegen.python_models import EVERYTHING
from tests.codegen.python_tools import mypy, pyright, ruff_check, ruff_format_diff, write
from tests.conftest import ImportSdk

CUSTOM = '''\
from __future__ import annotations

from typing import TYPE_CHECKING

from pygen_runtime.sdk import ViewAPI

if TYPE_CHECKING:
    from .data_classes import BoxState
    from .data_classes import Everything as EverythingRow
    from .fields import EverythingFields


class Other:
    """What we add to others."""

    __slots__ = ()

    state: BoxState

    @property
    def running(self) -> bool:
        return self.state == "running"


class EverythingAPI(ViewAPI["EverythingRow", "EverythingFields"]):
    async def first_by(self, fields: type[EverythingFields]) -> EverythingRow | None:
        return await self.all().sort("text_value").first()


class AsyncEverythingClient:
    def greeting(self) -> str:
        return "hello"


class Everything:
    __slots__ = ()
'''

USAGE = """
from everything import AsyncEverythingClient, Everything, Other, SyncOther


async def use(client: AsyncEverythingClient, each: Everything, other: Other, twin: SyncOther) -> None:
    found = await each.other.get()
    if found is not None:
        running: bool = found.running
        print(running)
    one: bool = other.running
    two: bool = twin.running
    first: Everything | None = await client.everything.first_by(client.everything.fields)
    print(one, two, first, client.greeting())
    other.nothing  # type: ignore[attr-defined]
"""


def generated(custom: str = CUSTOM) -> dict[str, str]:
    generator = PythonGenerator(PythonConfig(package="everything"), custom=custom_classes(custom))
    return {**generator.generate(EVERYTHING), "_custom.py": custom}


def test_without_such_classes_nothing_changes() -> None:
    plain = PythonGenerator(PythonConfig(package="everything")).generate(EVERYTHING)
    assert PythonGenerator(PythonConfig(package="everything"), custom={"Nothing"}).generate(EVERYTHING) == plain


def test_what_is_added_is_there(import_sdk: ImportSdk) -> None:
    sdk = import_sdk("everything", generated(CUSTOM.replace("class Everything:\n    __slots__ = ()\n", "")))
    other = sdk.Other(space="s", external_id="x", state="running")
    assert other.running
    assert sdk.SyncOther.running.fget(other)
    assert not hasattr(other, "__dict__")  # the slots of the custom class are none, so instances stay small
    assert sdk.AsyncEverythingClient.greeting(None) == "hello"
    assert hasattr(sdk.AsyncEverythingClient, "from_env")


def test_every_checker_is_content(tmp_path: Path, checker_cache: Path) -> None:
    write(tmp_path / "everything", generated())
    generated_only = {path: text for path, text in generated().items() if path != "_custom.py"}
    write(tmp_path / "bare" / "everything", generated_only)
    assert ruff_format_diff(tmp_path / "bare") == ""
    assert ruff_check(tmp_path / "everything") == ""
    (tmp_path / "use.py").write_text(USAGE, encoding="utf-8")
    assert mypy(checker_cache, tmp_path / "everything", tmp_path / "use.py") == ""
    (tmp_path / "use.py").unlink()
    assert pyright(tmp_path) == ""


def test_heads_that_grow_too_long_are_broken() -> None:
    name = "AnEverythingWithANameThatIsLong"
    text = f"import os\nfrom x import y\n\n\nclass {name}(PygenNode, kw_only=True):\n    pass\n"
    changed = with_bases(text, {name})
    head = f"\n\nclass {name}(\n    _custom.{name}, PygenNode, kw_only=True\n):\n    pass\n"
    assert changed == f"import os\nfrom x import y\n\nfrom . import _custom\n{head}"


def test_the_user_module_is_read_and_never_run() -> None:
    text = "raise SystemExit\nclass A: ...\nclass _B: ...\nif True:\n    class C: ...\n"
    assert custom_classes(text) == {"A"}


@pytest.mark.parametrize("text", ["class", "\0", "x = " + "(" * 300])
def test_a_user_module_that_is_no_python(text: str) -> None:
    with pytest.raises(OutputError, match=r"_custom\.py is not valid Python"):
        custom_classes(text)


def test_the_classes_that_can_be_extended() -> None:
    found = generated_classes(generated())
    assert {"Other", "SyncOther", "OtherAPI", "AsyncEverythingClient", "BoxState"} <= found
