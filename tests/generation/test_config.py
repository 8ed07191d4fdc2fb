from __future__ import annotations

from pathlib import Path

import pytest

from pygen.generation import find_config, read_config
from pygen_runtime.errors import UsageError

WHOLE = """
[[{0}sdks]]
output = "src/wind"
package = "wind"
client_name = "WindClient"
file = ["a.yaml", "b.yaml"]
with = ["core.yaml"]
variables = ["space=x"]
data_models = ["power:Wind/1"]
include = ["*"]
exclude = ["X"]
hooks = ["ours"]
ruff = true
strict = true
[{0}sdks.naming.to_many]
number = "plural"
[[{0}sdks]]
output = "src/pumps"
data_models = ["power:Pumps"]
base_url = "https://x"
project = "p"
"""


@pytest.mark.parametrize(("name", "table"), [("pygen.toml", ""), ("pyproject.toml", "tool.pygen.")])
def test_both_files_say_the_same(tmp_path: Path, name: str, table: str) -> None:
    (tmp_path / name).write_text(WHOLE.format(table), encoding="utf-8")
    below = tmp_path / "src" / "deep"
    below.mkdir(parents=True)
    found = find_config(below)
    assert found.path == tmp_path / name
    one, two = found.sdks
    assert one.styles().to_many.number == "plural"
    assert (one.file, one.with_, one.hooks, one.ruff) == (("a.yaml", "b.yaml"), ("core.yaml",), ("ours",), True)
    assert (two.data_models, two.base_url, two.ruff, two.package) == (("power:Pumps",), "https://x", False, None)


def test_a_pyproject_of_others_is_passed_by(tmp_path: Path) -> None:
    (tmp_path / "pygen.toml").write_text('[[sdks]]\noutput = "x"', encoding="utf-8")
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "pyproject.toml").write_text('[project]\nname = "x"\n[tool.ruff]\n', encoding="utf-8")
    assert find_config(inner).path == tmp_path / "pygen.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sdks = 1", "`sdks` must be a list, and is a number"),
        ("", "the key `sdks` is missing"),
        ("sdks = []", "names no SDK"),
        ("[[sdks]]\nfile = 'x'", "the key `output` in `sdks[0]` is missing"),
        ("[[sdks]]\noutput = 'x'\nouput = 'y'", "the key `ouput` in `sdks[0]` is not known"),
        ("nonsense = 1\n[[sdks]]\noutput = 'x'", "the key `nonsense` is not known"),
        ("space = 's'\nexternal_id = 'x'", "`external_id` is a key of cognite-pygen 1.x"),
        ("data_models = []\nclient_secret = 'c'", "docs/guide/coming-from-cognite-pygen.md"),
        ("[[sdks]]\noutput = 'x'\nruff = 'yes'", "`sdks[0].ruff` must be true or false, and is text"),
        (
            "[[sdks]]\noutput = 'x'\n[sdks.naming.nothing]\ncase = 'snake'",
            "the SDK 'x': naming: the kind of name 'nothing'",
        ),
        (
            "[[sdks]]\noutput = 'x'\n[sdks.naming.view]\ncase = 'loud'",
            "naming.view: the case 'loud' is not known; there are snake",
        ),
        ("[[sdks]]\noutput = 'x'\n[[sdks]]\noutput = './x'", "two SDKs cannot share the folder"),
        ("[[sdks", "cannot be read"),
    ],
)
def test_what_is_wrong_is_told_with_the_place(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "pygen.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        read_config(path)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    with pytest.raises(UsageError) as found:
        find_config(tmp_path)
    assert str(found.value) == str(caught.value)


def test_a_table_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool]\npygen = 1", encoding="utf-8")
    with pytest.raises(UsageError, match=r"`tool\.pygen` must be a table"):
        find_config(tmp_path)
    (tmp_path / "pyproject.toml").write_text("tool = 1", encoding="utf-8")
    with pytest.raises(UsageError, match="holds no configuration"):
        read_config(tmp_path / "pyproject.toml")
