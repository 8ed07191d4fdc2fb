"""Random lives of an output folder: pygen never changes a file that is not its own, and always gets its own right."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pygen_codegen.errors import OutputError
from pygen_codegen.output import MANIFEST, plan
from pygen_runtime.schema import DataModelId

PATHS = ["a.py", "b.py", "sub/a.py", "sub/deep/c.py"]
TEXTS = ["", "# one\n", "# two\n"]

generated_files = st.dictionaries(st.sampled_from(PATHS), st.sampled_from(TEXTS))


class OutputFolder(RuleBasedStateMachine):
    """The model of the folder.

    `recorded` is what the last run wrote; `ours` is what of it is still there, unchanged; `theirs` is everything else.
    """

    @initialize()
    def start(self) -> None:
        self.root = Path(tempfile.mkdtemp())
        self.ours: dict[str, str] = {}
        self.theirs: dict[str, str] = {}
        self.recorded: dict[str, str] = {}
        self.has_manifest = False

    @rule(files=generated_files, force=st.booleans())
    def generate(self, files: dict[str, str], force: bool) -> None:
        edited = {path for path, text in self.theirs.items() if path in self.recorded and files.get(path) != text}
        in_the_way = {
            path
            for path, text in self.theirs.items()
            if path not in self.recorded and (path in files or not self.has_manifest) and files.get(path) != text
        }
        expected_refusal = bool(in_the_way) or (bool(edited) and not force)
        try:
            planned = plan(self.root, files, data_models=[DataModelId("s", "M", "1")], language="python", package="p")
            assert set(planned.edited) == edited
            planned.apply(force=force)
        except OutputError:
            assert expected_refusal
            return
        assert not expected_refusal
        again = plan(self.root, files, data_models=[DataModelId("s", "M", "1")], language="python", package="p")
        assert again.up_to_date
        assert again.diff() == ""
        self.theirs = {path: text for path, text in self.theirs.items() if path not in files and path not in edited}
        self.ours, self.recorded, self.has_manifest = dict(files), dict(files), True

    @rule(path=st.sampled_from([*PATHS, "mine.txt", "sub/mine.txt"]), text=st.sampled_from(["# hand\n", "# one\n"]))
    def somebody_writes(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")
        mine, other = (self.ours, self.theirs) if self.recorded.get(path) == text else (self.theirs, self.ours)
        mine[path] = text
        other.pop(path, None)

    @rule(path=st.sampled_from(PATHS))
    def somebody_deletes(self, path: str) -> None:
        (self.root / path).unlink(missing_ok=True)
        self.ours.pop(path, None)
        self.theirs.pop(path, None)

    @rule()
    def somebody_deletes_the_manifest(self) -> None:
        (self.root / MANIFEST).unlink(missing_ok=True)
        self.theirs |= self.ours
        self.ours, self.recorded, self.has_manifest = {}, {}, False

    @invariant()
    def the_folder_holds_exactly_what_was_written(self) -> None:
        found = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*") if path.is_file()}
        assert (found.pop(MANIFEST, None) is not None) == self.has_manifest
        assert {name: path.read_text("utf-8") for name, path in found.items()} == {**self.ours, **self.theirs}

    def teardown(self) -> None:
        shutil.rmtree(self.root)


TestOutputFolder = OutputFolder.TestCase
TestOutputFolder.settings = settings(max_examples=60, stateful_step_count=15, deadline=None)
