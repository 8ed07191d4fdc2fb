from __future__ import annotations

from pathlib import Path

import pytest

from pygen.errors import SourceError
from pygen.sources import text_files
from pygen.sources.variables import FOLDERS_ABOVE, Missing, Variables, assignment, file_rank, tell_missing


def put(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def filled(root: Path, text: str, at: str = "x.yaml", **given: str) -> str:
    """The text in a file of the root, every placeholder filled."""
    done, missing = Variables(root, given).fill(text, root / at)
    assert missing == []
    return done


def test_values_beside_the_model(tmp_path: Path) -> None:
    put(tmp_path, {"default.config.yaml": "space: plant\nversion: 1.10\n"})
    assert filled(tmp_path, "{{ space }}:{{version}}:{{- space -}}") == "plant:1.10:plant"


def test_what_is_given_counts_most(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "default.config.yaml": "a: default\nb: default\nc: default\nd: default\n",
            "config.yaml": "b: config\nc: config\nd: config",
            "variables.yaml": "c: variables\nd: variables\n",
            "config.dev.yaml": "environment: {name: dev}\nvariables: {d: environment, e: environment}\n",
        },
    )
    assert filled(tmp_path, "{{a}} {{b}} {{c}} {{d}} {{e}}", e="given") == "default config variables environment given"
    extra = tmp_path / "extra.yaml"
    extra.write_text("d: file\n", encoding="utf-8")
    assert Variables(tmp_path, {}, [extra]).fill("{{d}}", tmp_path / "x.yaml") == ("file", [])


def test_values_hold_below_their_folder(tmp_path: Path) -> None:
    put(
        tmp_path,
        {
            "config.dev.yaml": "variables: {modules: {space: all, pumps: {space: pumps, size: 3}}}\n",
            "modules/pumps/views/V.View.yaml": "",
            "modules/tanks/default.config.yaml": "colour: red\n",
        },
    )
    pumps, tanks = "modules/pumps/views/V.View.yaml", "modules/tanks/x.yaml"
    assert filled(tmp_path, "{{space}} {{size}}", pumps) == "pumps 3"
    assert filled(tmp_path, "{{space}} {{colour}}", tanks) == "all red"
    assert Variables(tmp_path, {}).fill("{{colour}}", tmp_path / pumps)[1] == [Missing("colour", tmp_path / pumps, 1)]
    assert Variables(tmp_path, {}).fill("{{size}}", tmp_path / tanks)[1] == [Missing("size", tmp_path / tanks, 1)]


def test_a_few_folders_above_are_looked_into(tmp_path: Path) -> None:
    put(tmp_path, {"variables.yaml": "far: far\n", "a/b/c/d/x.yaml": "", "a/variables.yaml": "near: near\n"})
    deep = tmp_path / "a/b/c/d"
    assert FOLDERS_ABOVE == 3
    assert filled(deep, "{{near}}") == "near"
    assert [each.name for each in Variables(deep, {}).fill("{{far}}", deep / "x.yaml")[1]] == ["far"]


def test_beside_a_file_nothing_below_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(
        tmp_path,
        {"model.yaml": "", "variables.yaml": "a: 1\n", "below/variables.yaml": "b: 1\n", "x": "", "y": "", "z": ""},
    )
    monkeypatch.setattr(text_files, "FILES_LIMIT", 2)
    variables = Variables(tmp_path / "model.yaml", {})
    assert variables.fill("{{a}}", tmp_path / "model.yaml") == ("1", [])
    assert variables.fill("{{b}}", tmp_path / "model.yaml")[1]


def test_several_environments_are_left_to_the_caller(tmp_path: Path) -> None:
    put(tmp_path, {"config.dev.yaml": "variables: {a: dev}\n", "config.prod.yaml": "variables: {a: prod}\n"})
    variables = Variables(tmp_path, {})
    _, missing = variables.fill("\n{{a}} {{a}}", tmp_path / "x.yaml")
    assert variables.undecided == [tmp_path / "config.dev.yaml", tmp_path / "config.prod.yaml"]
    message = str(tell_missing(missing, variables.undecided))
    assert f"no value for the placeholder a ({tmp_path / 'x.yaml'} line 2)" in message
    assert "config.dev.yaml" in message
    named = Variables(tmp_path, {}, [tmp_path / "config.prod.yaml"])
    assert named.fill("{{a}}", tmp_path / "x.yaml") == ("prod", [])


def test_cookiecutter(tmp_path: Path) -> None:
    put(tmp_path, {"cookiecutter.json": '{"space": "plant \\"a\\""}'})
    text = '{"space": "{{cookiecutter.space}}"}'
    assert filled(tmp_path, text, "x.json") == '{"space": "plant \\"a\\""}'
    assert filled(tmp_path, text, "x.json", space="b") == '{"space": "b"}'
    assert filled(tmp_path, text, "x.json", **{"cookiecutter.space": "c", "space": "b"}) == '{"space": "c"}'


def test_lists_and_numbers_are_spelled_out(tmp_path: Path) -> None:
    put(tmp_path, {"variables.json": '{"list": ["a", "b"], "number": 7, "none": null, "yes": true}'})
    assert filled(tmp_path, "{{list}} {{number}} {{yes}}") == '["a", "b"] 7 true'
    assert Variables(tmp_path, {}).fill("{{none}}", tmp_path / "x.yaml")[1]


def test_comments_may_keep_their_placeholders(tmp_path: Path) -> None:
    text = "  # {{ anything }}\na: 1\n"
    assert filled(tmp_path, text) == text


@pytest.mark.parametrize("text", ["{{ }}", "{{ 1a }}", "{{ a b }}", "{ { a } }", "${a}", "{{" * 10_000])
def test_other_braces_are_left_alone(tmp_path: Path, text: str) -> None:
    assert filled(tmp_path, text) == text


def test_files_that_hold_nothing_or_something_else_do_not_matter(tmp_path: Path) -> None:
    put(tmp_path, {"default.config.yaml": "# nothing yet\n", "config.yaml": "- 1\n", "variables.yaml": "a: 1\n"})
    assert filled(tmp_path, "{{a}}") == "1"


def test_nothing_is_read_while_nothing_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, {"default.config.yaml": "a: [\n"})
    assert filled(tmp_path, "plain") == "plain"
    with pytest.raises(SourceError, match=r"default\.config\.yaml: line"):
        filled(tmp_path, "{{a}}")


def test_named_files_must_hold_values(tmp_path: Path) -> None:
    put(tmp_path, {"list.yaml": "- 1\n"})
    with pytest.raises(SourceError, match=r"list\.yaml: it holds no names with values"):
        Variables(tmp_path, {}, [tmp_path / "list.yaml"]).fill("{{a}}", tmp_path / "x.yaml")
    with pytest.raises(SourceError, match="cannot be read"):
        Variables(tmp_path, {}, [tmp_path / "missing.yaml"]).fill("{{a}}", tmp_path / "x.yaml")


def test_values_do_not_hold_placeholders(tmp_path: Path) -> None:
    put(tmp_path, {"variables.yaml": "a: '{{b}}{{b}}'\nb: '{{a}}{{a}}'\n"})
    with pytest.raises(SourceError, match="the value of a holds a placeholder itself"):
        filled(tmp_path, "{{a}}")


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("a=b", ("a", "b")),
        (" a.b-c = d=e ", ("a.b-c", "d=e")),
        ("a=", ("a", "")),
        ("file.yaml", None),
        ("=x", None),
        ("a/b=c", None),
    ],
)
def test_assignments(text: str, pair: tuple[str, str] | None) -> None:
    assert assignment(text) == pair


@pytest.mark.parametrize(
    ("name", "rank"),
    [
        ("default.config.yaml", 0),
        ("cookiecutter.json", 0),
        ("config.yaml", 1),
        ("variables.yml", 2),
        ("config.dev.yaml", 3),
        ("ep_files.config.yaml", None),
        ("variables.View.yaml", None),
    ],
)
def test_which_files_hold_values(name: str, rank: int | None) -> None:
    assert file_rank(name) == rank
