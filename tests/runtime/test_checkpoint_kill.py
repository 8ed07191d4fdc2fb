"""Killed without warning at any moment, a job that saves checkpoints goes on and sees every row."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pygen_runtime.schema import NodeWrite, SpaceWrite
from pygen_runtime.sync import PygenClient

ROWS, PAGE = 230, 10

JOB = """
import json, os, signal, sys
from pathlib import Path
from pygen_runtime import PygenClient

url, folder, by, dies_after, when = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
saved = folder / "token"
client = PygenClient.from_token(base_url=url, project="p", token="t").with_options(page_size={page})
stream = client.instances.stream(resume=saved.read_text() if saved.exists() else None)
said = stream.repeated
rows = (folder / "rows").open("a")
for number, found in enumerate(stream if by == "page" else stream.items(), 1):
    for one in found if by == "page" else [found]:
        print(one.external_id, said, file=rows, flush=True)
        if number == dies_after and when == "using":
            os.kill(os.getpid(), signal.SIGKILL)
    if number == dies_after and when == "saving":
        os.kill(os.getpid(), signal.SIGKILL)
    (folder / "new").write_text(stream.checkpoint())
    os.replace(folder / "new", saved)
    if number == dies_after:
        os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize(("by", "most"), [("page", 9), ("item", 90)])
def test_a_job_that_is_killed_goes_on(local_server: str, tmp_path: Path, by: str, most: int) -> None:
    with PygenClient.from_token(base_url=local_server, project="p", token="t") as client:
        client.spaces.create(SpaceWrite(space="s"))
        client.instances.upsert([NodeWrite(space="s", external_id=f"{n:04}") for n in range(ROWS)])
    chance, kills = random.Random(by), 0
    repeats = []
    while True:
        when = chance.choice(["using", "saving", "saved"])
        arguments = [local_server, str(tmp_path), by, str(chance.randrange(1, most)), when]
        before = len(rows(tmp_path))
        ended = subprocess.run(
            [sys.executable, "-c", JOB.format(page=PAGE), *arguments],
            timeout=30,
            capture_output=True,
            text=True,
            check=False,
        )
        mine = rows(tmp_path)[before:]
        earlier = {name for name, _ in rows(tmp_path)[:before]}
        twice = sum(name in earlier for name, _ in mine)
        assert twice <= PAGE, "at most one page comes twice"
        if mine:
            assert mine[0][1] <= twice, "what the stream says comes again does come again"
        repeats.append(twice)
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        kills += 1
    assert kills >= 3
    counted = Counter(name for name, _ in rows(tmp_path))
    assert sorted(counted) == [f"{n:04}" for n in range(ROWS)]
    assert json.loads((tmp_path / "token").read_text())["done"]


def rows(folder: Path) -> list[tuple[str, int]]:
    """Rows that jobs have written, and how many of its first ones each job was told to come again."""
    file = folder / "rows"
    lines = file.read_text().splitlines() if file.exists() else []
    return [(name, int(said)) for name, said in (line.split() for line in lines)]
