"""pyright knows both kinds of client exactly, and sees where one is taken for the other. (mypy reads `typed.py` with all our code.)"""

from __future__ import annotations

from pathlib import Path

from tests.sdk.planted import planted, refused

TYPED = Path(__file__).parent / "typed.py"


def test_pyright_knows_both_kinds_of_client(tmp_path: Path) -> None:
    found = refused(TYPED, tmp_path)
    assert found.keys() == planted(TYPED), found
