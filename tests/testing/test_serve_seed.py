"""`pygen serve --seed`: everything is there before it says that it listens."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

MODEL = {
    "containers": [
        {"space": "plant", "externalId": "Pump", "usedFor": "node", "properties": {"size": {"type": {"type": "int32"}}}}
    ],
    "views": [
        {
            "space": "plant",
            "externalId": "Pump",
            "version": "v1",
            "properties": {
                "size": {
                    "container": {"type": "container", "space": "plant", "externalId": "Pump"},
                    "containerPropertyIdentifier": "size",
                }
            },
        }
    ],
}
SERVE = [sys.executable, "-m", "pygen", "serve", "--port", "0"]


def test_a_seeded_server(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    (tmp_path / "Pump.csv").write_text("externalId,space,size\np1,plant,3\np2,plant,4\n", encoding="utf-8")
    with subprocess.Popen(
        [*SERVE, "--seed", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().removeprefix("Listening on ").strip()
            request = urllib.request.Request(
                f"{base_url}/api/v1/projects/p/models/statistics", headers={"authorization": "Bearer x"}
            )
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert json.load(answer)["instances"]["nodes"] == 2
            with urllib.request.urlopen(f"{base_url}/_pygen/journal?operation=statistics", timeout=20) as answer:
                assert len(json.load(answer)["items"]) == 1
        finally:
            process.send_signal(signal.SIGTERM)
            _, err = process.communicate(timeout=20)
    assert process.returncode == 0, err
    assert "not for production" in err
    assert "Pump.csv: 2 instances loaded" in err
    assert "1 containers, 1 views), 2 nodes, 0 edges" in err


def test_a_seed_that_does_not_fit(tmp_path: Path) -> None:
    (tmp_path / "model.json").write_text(json.dumps(MODEL), encoding="utf-8")
    (tmp_path / "Pump.csv").write_text("externalId,space,size\np1,plant,many\n", encoding="utf-8")
    done = subprocess.run([*SERVE, "--seed", str(tmp_path)], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Pump.csv:2, column size: 'many' is no int32" in done.stderr
    assert "Traceback" not in done.stderr
