"""Killed without warning at any moment, a job that follows a change feed goes on and misses no change."""

from __future__ import annotations

import asyncio
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pygen_runtime.client import AsyncPygenClient
from pygen_runtime.schema import NodeId, NodeWrite, SourceWrite
from pygen_runtime.sync import PygenClient
from tests.sdk import plant

ROOT = Path(__file__).resolve().parents[2]
KEYS, CHANGES, PAGE = 20, 100, 10

JOB = """
import os, signal, sys
from pathlib import Path
from pygen_runtime import PygenClient
from pygen_runtime.sdk.changes.changes import Upserted
from tests.sdk.model import SyncSite, SyncViewAPI, SiteConditions

class Sites(SyncViewAPI[SyncSite]):
    resource, conditions = SyncSite, SiteConditions

url, folder, by, dies_after, when = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5]
saved = folder / "token"
client = PygenClient.from_token(base_url=url, project="p", token="t").with_options(page_size={page})
feed = Sites(client).changes(saved.read_text() if saved.exists() else None, interval=0.01)
handled = 0

def die(moment):
    if handled >= dies_after and when == moment:
        os.kill(os.getpid(), signal.SIGKILL)

def save():
    die("saving")
    (folder / "new").write_text(feed.token())
    os.replace(folder / "new", saved)
    die("saved")

with (folder / "handled").open("a") as log:
    def handle(change):
        global handled
        print(change.id.external_id, change.item.name if isinstance(change, Upserted) else "deleted", file=log, flush=True)
        handled += 1
        die("using")

    while True:
        last = (folder / "last").exists()
        if by == "batch":
            for batch in feed.until_live():
                for change in batch:
                    handle(change)
                save()
        else:
            if not saved.exists():
                next(feed)
                save()
            for change in feed.until_live().items():
                handle(change)
                save()
            save()
        if last:
            break
"""


class Writer:
    """Writes one change after the other; an instance changes again only when its last change has been handled.

    So none of the changes can hide another one, and each must be handled.
    """

    def __init__(self, url: str, folder: Path, chance: random.Random) -> None:
        self.url, self.folder, self.chance = url, folder, chance
        self.written: dict[str, list[str]] = {f"k{number}": [] for number in range(KEYS)}
        self.failed: list[BaseException] = []

    def run(self) -> None:
        try:
            with PygenClient.from_token(base_url=self.url, project="p", token="t") as client:
                for number in range(CHANGES):
                    self.change(client, number)
        except BaseException as error:
            self.failed.append(error)
            raise
        finally:
            (self.folder / "last").touch()

    def change(self, client: PygenClient, number: int) -> None:
        key = self.free_key()
        if self.written[key] and self.chance.random() < 0.1:
            client.instances.delete(NodeId("plant", key))
            self.written[key].append("deleted")
        else:
            source = SourceWrite(source=plant.SITE, properties={"name": str(number)})
            client.instances.upsert(NodeWrite(space="plant", external_id=key, sources=[source]))
            self.written[key].append(str(number))

    def free_key(self) -> str:
        done = handled(self.folder)
        free = [key for key, changes in self.written.items() if not changes or changes[-1] in done.get(key, ())]
        living = [key for key in free if "deleted" not in self.written[key]]
        if living:
            return self.chance.choice(living)
        key = f"k{len(self.written)}"
        self.written[key] = []
        return key


def handled(folder: Path) -> dict[str, list[str]]:
    """Key → its changes in the order in which jobs handled them, repeated ones included."""
    found: dict[str, list[str]] = {}
    file = folder / "handled"
    for line in file.read_text().splitlines() if file.exists() else []:
        key, _, change = line.partition(" ")
        found.setdefault(key, []).append(change)
    return found


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
@pytest.mark.parametrize("by", ["batch", "change"])
def test_a_job_that_is_killed_misses_no_change(local_server: str, tmp_path: Path, by: str) -> None:
    async def deploy() -> None:
        async with AsyncPygenClient.from_token(base_url=local_server, project="p", token="t") as client:
            await plant.build(client, 1)
            await client.instances.delete([NodeId("plant", f"site-{number}") for number in range(3)])

    asyncio.run(deploy())
    chance, kills = random.Random(by), 0
    writer = Writer(local_server, tmp_path, chance)
    thread = threading.Thread(target=writer.run)
    thread.start()
    while True:
        dies_after = chance.randrange(1, 40) if kills < 4 else 10**9
        arguments = [local_server, str(tmp_path), by, str(dies_after), chance.choice(["using", "saving", "saved"])]
        ended = subprocess.run(
            [sys.executable, "-c", JOB.format(page=PAGE), *arguments],
            cwd=ROOT,
            timeout=60,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL, ended.stderr
        kills += 1
    thread.join(60)
    assert not writer.failed
    assert kills >= 2
    told = handled(tmp_path)
    for key, changes in writer.written.items():
        assert list(dict.fromkeys(told.get(key, ()))) == changes, "each at least once, and for the first time in order"
    repeated = sum(len(one) for one in told.values()) - sum(len(one) for one in writer.written.values())
    assert repeated <= kills * PAGE, "at most the batch in hand comes again"
