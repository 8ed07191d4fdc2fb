from __future__ import annotations

import errno
import hashlib
import os
import sys
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pygen_codegen.errors import OutputError
from pygen_codegen.output import MANIFEST, Manifest, Plan, disk, plan
from pygen_runtime.schema import DataModelId

WIND = DataModelId("power", "Wind", "1")
FILES = {"__init__.py": "# init\n", "api.py": "# api\n", "deep/er/blade.py": "# blade\n", "py.typed": ""}


def make(root: Path, files: Mapping[str, str] = FILES, **about: Any) -> Plan:
    about = {"data_models": [WIND], "language": "python", "package": "wind", "generator": "1.2.3", **about}
    return plan(root, files, **about)


def generate(root: Path, files: Mapping[str, str] = FILES, *, force: bool = False) -> None:
    make(root, files).apply(force=force)


def tree(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def generated(files: Mapping[str, str] = FILES) -> set[str]:
    return {*files, MANIFEST}


@pytest.fixture
def sdk(tmp_path: Path) -> Path:
    root = tmp_path / "sdk"
    generate(root)
    return root


def refused(root: Path, message: str, files: Mapping[str, str] = FILES) -> None:
    """The plan is refused in one line, and nothing is touched."""
    before = tree(root)
    with pytest.raises(OutputError, match=message) as caught:
        make(root, files)
    assert "\n" not in str(caught.value)
    assert tree(root) == before


def test_the_first_run_writes_everything_and_the_manifest(tmp_path: Path) -> None:
    root = tmp_path / "a" / "b"
    planned = make(root)
    assert not root.exists()
    assert (planned.write, planned.delete, planned.edited) == (tuple(sorted(FILES)), (), ())
    assert planned.previous is None
    assert not planned.up_to_date
    planned.apply()
    assert tree(root).keys() == generated()
    assert (root / "deep/er/blade.py").read_bytes() == b"# blade\n"


def test_the_manifest_says_who_wrote_what(sdk: Path) -> None:
    manifest = msgspec.json.decode((sdk / MANIFEST).read_bytes())
    assert list(manifest) == sorted(manifest)
    assert manifest["dataModels"] == [{"space": "power", "externalId": "Wind", "version": "1"}]
    assert (manifest["language"], manifest["package"], manifest["generator"]) == ("python", "wind", "1.2.3")
    assert manifest["files"] == {path: hashlib.sha256(text.encode()).hexdigest() for path, text in FILES.items()}
    assert (sdk / MANIFEST).read_bytes().endswith(b"}\n")


def test_a_second_run_touches_nothing(sdk: Path) -> None:
    for path in sdk.rglob("*"):
        os.utime(path, ns=(1, 1))
    planned = make(sdk)
    assert planned.up_to_date
    assert planned.unchanged == tuple(sorted(FILES))
    assert planned.diff() == ""
    planned.apply()
    assert all(path.stat().st_mtime_ns == 1 for path in sdk.rglob("*"))


def test_only_what_changed_is_written(sdk: Path) -> None:
    for path in sdk.rglob("*"):
        os.utime(path, ns=(1, 1))
    generate(sdk, {**FILES, "api.py": "# new\n"})
    touched = {path.name for path in sdk.rglob("*") if path.is_file() and path.stat().st_mtime_ns != 1}
    assert touched == {"api.py", MANIFEST}


def test_a_file_that_somebody_deleted_comes_back(sdk: Path) -> None:
    (sdk / "api.py").unlink()
    generate(sdk)
    assert tree(sdk).keys() == generated()


def test_what_is_no_longer_generated_goes_with_its_empty_folders(sdk: Path) -> None:
    (sdk / "deep" / "mine.txt").write_text("mine")
    planned = make(sdk, {"api.py": "# api\n"})
    assert planned.delete == ("__init__.py", "deep/er/blade.py", "py.typed")
    planned.apply()
    assert tree(sdk).keys() == {"api.py", MANIFEST, "deep/mine.txt"}
    assert not (sdk / "deep" / "er").exists()


def test_files_of_others_beside_ours_are_left_alone(sdk: Path) -> None:
    (sdk / "mine.py").write_text("mine")
    os.utime(sdk / "mine.py", ns=(1, 1))
    generate(sdk, {"api.py": "# other\n"}, force=True)
    assert (sdk / "mine.py").read_text() == "mine"
    assert (sdk / "mine.py").stat().st_mtime_ns == 1


def test_edited_files_stop_the_run(sdk: Path) -> None:
    (sdk / "api.py").write_text("# edited\n")
    (sdk / "__init__.py").write_text("# edited\n")
    planned = make(sdk, {"api.py": "# new\n", "new.py": ""})
    assert planned.edited == ("__init__.py", "api.py")
    assert planned.write == ("new.py",)
    assert planned.delete == ("deep/er/blade.py", "py.typed")
    before = tree(sdk)
    with pytest.raises(OutputError, match=r"__init__\.py, api\.py.*--force"):
        planned.apply()
    assert tree(sdk) == before
    planned.apply(force=True)
    assert tree(sdk).keys() == {"api.py", "new.py", MANIFEST}
    assert (sdk / "api.py").read_text() == "# new\n"


def test_an_edit_that_makes_the_file_right_is_no_edit(sdk: Path) -> None:
    (sdk / "api.py").write_text("# new\n")
    planned = make(sdk, {**FILES, "api.py": "# new\n"})
    assert (planned.edited, planned.write) == ((), ())
    assert not planned.up_to_date
    planned.apply()
    assert make(sdk, {**FILES, "api.py": "# new\n"}).up_to_date


def test_line_ends_of_a_checkout_are_no_edit(sdk: Path) -> None:
    for path in sdk.rglob("*"):
        if path.is_file():
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert make(sdk).up_to_date
    assert make(sdk, {}).delete == tuple(sorted(FILES))


def test_a_folder_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "mine.py").write_text("mine")
    refused(tmp_path, r"did not write: src/mine\.py;")


def test_many_files_of_others_are_not_all_listed(tmp_path: Path) -> None:
    for number in range(20):
        (tmp_path / f"{number:02}.txt").touch()
    refused(tmp_path, r"00\.txt, 01\.txt, 02\.txt, 03\.txt, 04\.txt, …;")


def test_a_foreign_file_where_we_write_is_refused(sdk: Path) -> None:
    (sdk / "new.py").write_text("mine")
    refused(sdk, r"did not write: new\.py;", {**FILES, "new.py": "# ours\n"})


def test_caches_and_empty_folders_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "api.pyc").touch()
    generate(tmp_path)
    assert (tmp_path / "__pycache__" / "api.pyc").exists()


def test_a_first_run_that_was_cut_off_can_be_repeated(tmp_path: Path) -> None:
    (tmp_path / "api.py").write_text(FILES["api.py"])
    (tmp_path / ".0123.pygen-tmp").write_text("half")
    generate(tmp_path)
    assert make(tmp_path).up_to_date


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../x.py",
        "a/../../x.py",
        "a//b.py",
        "./a.py",
        "a\\b.py",
        "C:/x.py",
        "C:x.py",
        "a.py:stream",
        ".hidden",
        "a/.git/config",
        "a\n.py",
        "a\0.py",
        "é.py",
        "con.py",
        "a/NUL",
        "a.",
        "a ",
        "a/",
        "~",
    ],
)
def test_paths_that_could_leave_the_folder_are_refused(tmp_path: Path, path: str) -> None:
    refused(tmp_path, "not a path that pygen writes", {path: ""})


@pytest.mark.parametrize(
    ("paths", "message"),
    [
        (["Api.py", "api.py"], "ignore capitals"),
        (["a", "a/b.py"], "the folder of"),
        (["a/b", "A/b/c/d.py"], "the folder of"),
        (["pygen.json"], "manifest's name"),
        (["PYGEN.json"], "ignore capitals"),
    ],
)
def test_paths_in_each_others_way_are_refused(tmp_path: Path, paths: list[str], message: str) -> None:
    refused(tmp_path, message, dict.fromkeys(paths, ""))


def test_text_is_written_as_utf_8_with_plain_line_ends(tmp_path: Path) -> None:
    generate(tmp_path, {"a.py": "# é\r\n# b\r# c\n"})
    assert (tmp_path / "a.py").read_bytes() == b"# \xc3\xa9\n# b\n# c\n"
    refused(tmp_path, r"a\.py holds text that is not Unicode", {"a.py": "\ud800"})


def test_links_are_never_followed(sdk: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "blade.py").write_text("# blade\n")
    (sdk / "deep/er/blade.py").unlink()
    (sdk / "deep/er").rmdir()
    (sdk / "deep/er").symlink_to(outside, target_is_directory=True)
    refused(sdk, "er is not a folder, and pygen follows no links")
    (sdk / "api.py").unlink()
    (sdk / "api.py").symlink_to(outside / "blade.py")
    refused(sdk, r"api\.py is not a regular file", {"api.py": ""})
    assert (outside / "blade.py").read_text() == "# blade\n"


def test_a_link_in_a_new_folder_counts_as_a_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    refused(tmp_path / "out", "did not write: link;")


def test_a_folder_in_the_way_of_a_file_is_refused(sdk: Path) -> None:
    (sdk / "new.py").mkdir()
    refused(sdk, r"new\.py is not a regular file", {**FILES, "new.py": ""})


def test_a_file_instead_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    with pytest.raises(OutputError, match="is not a folder"):
        make(tmp_path / "file")
    planned = make(tmp_path / "new" / "sdk")
    (tmp_path / "new").write_text("came in between")
    with pytest.raises(OutputError, match=r"cannot use .*sdk"):
        planned.apply()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "damaged"),
        (b"\xff{}", "damaged"),
        (b"[]", "damaged"),
        (b'{"format": 1}', "damaged"),
        (b'{"format": 99, "paths": []}', "newer pygen .format 99"),
        (
            b'{"format":1,"generator":"1","dataModels":[],"language":"python","package":"x","files":{"../../victim":"0"}}',
            "not a path that pygen writes",
        ),
    ],
)
def test_a_manifest_is_not_trusted(sdk: Path, content: bytes, message: str) -> None:
    (sdk / MANIFEST).write_bytes(content)
    refused(sdk, message)


def test_a_folder_that_changes_after_planning_is_not_touched(sdk: Path) -> None:
    planned = make(sdk, {"api.py": "# new\n"})
    (sdk / "api.py").write_text("# edited\n")
    before = tree(sdk)
    with pytest.raises(OutputError, match="run it again"):
        planned.apply()
    assert tree(sdk) == before


def breaking(real: Callable[..., Any], fails_on: int, number: int) -> Callable[..., Any]:
    """Stands in for a system call, and fails the n-th time."""
    calls = count(1)

    def call(*args: Any, **keywords: Any) -> Any:
        if next(calls) == fails_on:
            raise OSError(number, os.strerror(number))
        return real(*args, **keywords)

    return call


NEW = {"__init__.py": "# new\n", "api.py": "# new\n", "other/x.py": "# new\n"}


@pytest.mark.parametrize("fails_on", range(1, 5))
def test_a_full_disk_leaves_every_file_as_it_was(sdk: Path, monkeypatch: pytest.MonkeyPatch, fails_on: int) -> None:
    before = tree(sdk)
    planned = make(sdk, NEW)
    real = Path.open
    writing = breaking(real, fails_on, errno.ENOSPC)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", lambda path, mode="r": (writing if mode == "xb" else real)(path, mode))
        with pytest.raises(OutputError, match="no space left"):
            planned.apply()
    assert tree(sdk) == before
    generate(sdk, NEW)
    assert tree(sdk).keys() == generated(NEW)


@pytest.mark.parametrize("fails_on", range(1, 5))
def test_a_failing_replace_leaves_whole_files_and_can_be_repeated(
    sdk: Path, monkeypatch: pytest.MonkeyPatch, fails_on: int
) -> None:
    before = tree(sdk)
    planned = make(sdk, NEW)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", breaking(Path.replace, fails_on, errno.EACCES))
        with pytest.raises(OutputError, match="permission denied"):
            planned.apply()
    after = tree(sdk)
    assert after.keys() <= before.keys() | NEW.keys()
    assert all(content in (before.get(path), NEW.get(path, "").encode()) for path, content in after.items())
    assert after[MANIFEST] == before[MANIFEST]
    generate(sdk, NEW)
    assert tree(sdk).keys() == generated(NEW)


def test_leftovers_that_cannot_be_removed_do_not_hide_the_error(sdk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    planned = make(sdk, NEW)
    monkeypatch.setattr(Path, "replace", breaking(Path.replace, 1, errno.EACCES))
    monkeypatch.setattr(Path, "unlink", breaking(Path.unlink, 1, errno.EROFS))
    with pytest.raises(OutputError, match="permission denied"):
        planned.apply()


def test_a_folder_that_cannot_be_read_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_entry(path: Any) -> Any:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", no_entry)
        with pytest.raises(OutputError, match="permission denied"):
            make(tmp_path)
    assert list(disk.strangers(tmp_path, (), 1)) == []


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="the system lets this user write anywhere")
def test_a_read_only_folder_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError, match="permission denied"):
        generate(tmp_path / "sdk")


def test_new_files_have_the_usual_permissions(sdk: Path, tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    assert (sdk / "api.py").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_linked_root_is_the_users_choice(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real", target_is_directory=True)
    generate(tmp_path / "link")
    assert tree(tmp_path / "real").keys() == generated()


def test_the_diff_shows_every_change(sdk: Path) -> None:
    (sdk / "api.py").write_text("# edited\nno end")
    diff = make(sdk, {"api.py": "# api\n", "new.py": "a\n", "empty.py": "", "__init__.py": "# init\n"}).diff()
    assert diff.startswith(
        "--- a/api.py\n+++ b/api.py\n@@ -1,2 +1 @@\n-# edited\n-no end\n\\ No newline at end of file\n+# api\n"
        "--- a/deep/er/blade.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-# blade\n"
        "--- /dev/null\n+++ b/empty.py\n"
        "--- /dev/null\n+++ b/new.py\n@@ -0,0 +1 @@\n+a\n"
        "--- a/py.typed\n+++ /dev/null\n"
        "--- a/pygen.json\n+++ b/pygen.json\n"
    )
    assert diff.count("\n--- ") == 5


def test_a_manifest_that_is_behind_shows_in_the_diff(sdk: Path) -> None:
    planned = make(sdk, package="other")
    assert '-  "package": "wind"' in planned.diff()
    planned.apply()
    assert planned.manifest == make(sdk, package="other").previous
    assert isinstance(planned.manifest, Manifest)
