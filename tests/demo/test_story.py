"""The whole demo, as people run it: `python -m pygen demo` in a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from rich.console import Console

from pygen.demo import run
from pygen.demo.data import Expected
from pygen.demo.errors import DemoError
from pygen.demo.story import _end
from pygen.demo.telling import Teller
from pygen_codegen.errors import OutputError
from pygen_runtime.errors import PygenError, UsageError

SEEN_BY = "the views show as many instances as were loaded: "


def demo(arguments: Sequence[str], folder: Path) -> subprocess.Popen[str]:
    """The demo, with its temporary files in a folder of the test's."""
    folder.mkdir()
    return subprocess.Popen(
        [sys.executable, "-m", "pygen", "demo", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={**os.environ, "TMPDIR": str(folder), "COLUMNS": "80", "PYTHONIOENCODING": "utf-8"},
        start_new_session=True,
    )


def finished(arguments: Sequence[str], folder: Path) -> str:
    """What a demo prints that goes well."""
    process = demo(arguments, folder)
    printed, errors = process.communicate(timeout=120)
    assert (process.returncode, errors) == (0, ""), printed
    assert list(folder.iterdir()) == []
    return printed


def test_the_wind_farm_from_beginning_to_end(tmp_path: Path) -> None:
    printed = finished(["--instances", "2000"], tmp_path / "temporary")
    assert f"{SEEN_BY}16 of 16" in printed
    assert "WRONG" not in printed
    assert "\x1b" not in printed
    assert re.search(r"3\. Load 2,000 instances\n   1,\d\d\d nodes and \d\d\d edges in .*: [\d,]+/s", printed)
    for kind in (
        "a direct relation",
        "a list of direct relations",
        "edges",
        "edges with properties",
        "an edge",
        "a direct relation, backwards",
        "direct relations, backwards",
        "a list of direct relations, backwards",
    ):
        assert f"   # {kind}\n   >>> " in printed
    assert "├── data_classes.py" in printed
    assert "import_" in printed
    assert printed.count("pygen demo --") == 2


def test_output_keeps_the_sdk_and_leaves_what_is_not_ours_alone(tmp_path: Path) -> None:
    sdk = tmp_path / "kept_wind_farm"
    finished(["--instances", "50", "--output", str(sdk)], tmp_path / "first")
    before = {path.name: path.read_bytes() for path in sdk.iterdir() if path.is_file()}
    assert "data_classes.py" in before
    (sdk / "mine.txt").write_text("mine")
    finished(["--instances", "50", "--output", str(sdk)], tmp_path / "second")
    assert {path.name: path.read_bytes() for path in sdk.iterdir() if path.is_file()} == {**before, "mine.txt": b"mine"}


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="needs process groups")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 128 + signal.SIGTERM)])
def test_a_signal_in_the_middle_leaves_no_server_and_no_files(
    tmp_path: Path, number: signal.Signals, code: int
) -> None:
    process = demo(["--instances", "1000000"], tmp_path / "temporary")
    assert process.stdout is not None
    address = None
    for line in process.stdout:
        address = re.search(r"http://\S+:\d+", line) or address
        if "3. Load" in line:
            break
    assert address is not None
    os.killpg(process.pid, number)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (code, "")
    assert list((tmp_path / "temporary").iterdir()) == []
    where = urlsplit(address[0])
    with socket.socket() as knock:
        assert knock.connect_ex((where.hostname or "", where.port or 0)) != 0


@pytest.mark.models
@pytest.mark.parametrize(("name", "views"), [("WindTurbine", 16), ("Omni", 23), ("CogniteCore", 34)])
def test_real_models_stream_what_was_loaded(models_dir: Path, tmp_path: Path, name: str, views: int) -> None:
    file = models_dir / name / "api_read" / "model.yaml"
    printed = finished(["--instances", "1000", "--file", str(file)], tmp_path / "temporary")
    assert f"{SEEN_BY}{views} of {views}" in printed
    assert "WRONG" not in printed


def quiet() -> Console:
    return Console(file=StringIO(), width=80)


@pytest.mark.parametrize("instances", [0, -1])
def test_no_instances_are_refused_at_once(instances: int) -> None:
    with pytest.raises(UsageError, match=f"{instances} instances cannot be loaded"):
        run(instances=instances, console=quiet())


def test_too_few_instances_are_refused_with_the_least_number() -> None:
    with pytest.raises(DemoError, match="ask for 15 or more"):
        run(instances=3, console=quiet())


def test_a_folder_of_somebody_else_is_refused_before_anything_starts(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "notes.txt").write_text("theirs")
    console = quiet()
    with pytest.raises(OutputError, match=r"notes\.txt"):
        run(instances=50, output=tmp_path / "theirs", console=console)
    with pytest.raises(UsageError, match="json is the name of a module"):
        run(instances=50, output=tmp_path / "json", console=console)
    with pytest.raises(PygenError, match="no-such-model"):
        run(instances=50, file=tmp_path / "no-such-model.yaml", console=console)
    assert isinstance(console.file, StringIO)
    assert console.file.getvalue() == ""


def test_what_differs_is_told_and_ends_with_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    from pygen.demo.data import DataPlan

    promised = DataPlan.expected

    def too_much(plan: DataPlan) -> Expected:
        honest = promised(plan)
        return Expected(
            nodes={view: number and number + 1 for view, number in honest.nodes.items()},
            edges=dict.fromkeys(honest.edges),
            edge_types={type_: number + 1 for type_, number in honest.edge_types.items()},
        )

    monkeypatch.setattr(DataPlan, "expected", too_much)
    console = quiet()
    modules, path = set(sys.modules), list(sys.path)
    with pytest.raises(SystemExit) as left:
        run(instances=200, console=console)
    assert left.value.code == 1
    assert isinstance(console.file, StringIO)
    printed = console.file.getvalue()
    assert "WRONG  client.wind_farm: " in printed
    assert "WRONG  edges of type wind:WindTurbine.metMasts: " in printed
    assert "Not compared, because their filters are too involved for the demo: distance" in printed
    assert "checks above went wrong" in printed
    assert not [name for name in set(sys.modules) - modules if name.split(".")[0] == "wind_farm"]
    assert sys.path == path


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stays_until_it_is_told_to_end(ending: signal.Signals, tmp_path: Path) -> None:
    process = demo(["--instances", "50", "--keep"], tmp_path / "temporary")
    assert process.stdout is not None
    printed = ""
    while "pygen generate --space wind --external-id WindFarm --version v1" not in printed:
        line = process.stdout.readline()
        assert line, printed
        printed += line
    server = re.search(r"CDF_URL=(http://\S+) CDF_PROJECT=demo CDF_TOKEN=demo", printed)
    assert server is not None
    with socket.create_connection((urlsplit(server[1]).hostname, urlsplit(server[1]).port), timeout=5):
        pass
    process.send_signal(ending)
    rest, errors = process.communicate(timeout=30)
    assert (process.returncode, rest, errors) == (0, "", "")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((urlsplit(server[1]).hostname, urlsplit(server[1]).port), timeout=5)


def test_what_is_next_is_about_the_model_that_was_shown(tmp_path: Path) -> None:
    told = StringIO()
    model = tmp_path / "a model.yaml"
    _end(Teller(Console(file=told, width=200)), 1.0, None, model)
    assert f"pygen demo --file '{model}' --output my_sdk" in told.getvalue()
