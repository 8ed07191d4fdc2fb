from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pygen import demo
from pygen.cli.exit_codes import ExitCode
from pygen.demo.errors import DemoError
from tests.cli.conftest import Pygen


def test_passes_its_options_on(pygen: Pygen, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[dict[str, Any]] = []
    monkeypatch.setattr(demo, "run", lambda **options: calls.append(options))
    assert pygen("demo").code == ExitCode.DONE
    assert pygen("demo", "--instances", 5, "-o", "sdk", "--file", "m.yaml").code == ExitCode.DONE
    assert calls == [
        {"instances": 100_000, "output": None, "file": None, "keep": False},
        {"instances": 5, "output": Path("sdk"), "file": Path("m.yaml"), "keep": False},
    ]


def test_its_failures_are_one_line(pygen: Pygen, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: Any) -> None:
        raise DemoError("the local server did not start")

    monkeypatch.setattr(demo, "run", fail)
    result = pygen("demo")
    assert (result.code != ExitCode.DONE, result.err) == (True, "pygen: the local server did not start\n")


def test_needs_something_to_load(pygen: Pygen) -> None:
    assert pygen("demo", "--instances", 0).code == ExitCode.BAD_INPUT
