"""Where the contenders run: an environment of its own for each peer, and the SDKs generated in them.

Everything is kept in `.benchmarks/` beside this folder, so that only the first run pays for it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import venv
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx

from benchmarks import model
from pygen.server import Store, run_in_thread

HOME = Path(__file__).resolve().parent.parent / ".benchmarks"
DRIVERS = Path(__file__).resolve().parent / "drivers"

REQUIREMENTS = {
    "cognite-sdk": ["cognite-sdk==8.22.0"],
    "cognite-pygen": ["cognite-pygen==1.4.2", "cognite-sdk==8.22.0", "pandas"],
    "industrial-model": ["industrial-model[cli]==2.0.2", "cognite-sdk==8.22.0"],
}
"""Environment → what is installed into it; `ours` is the one that runs this."""

_OLD_GENERATOR = """
import sys
from pathlib import Path
from cognite.client import CogniteClient, ClientConfig
from cognite.client.credentials import Token
from cognite.pygen import generate_sdk

client = CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=sys.argv[1]))
output, name, *model = sys.argv[2:]
generate_sdk(tuple(model), client, top_level_package=Path(output).name, client_name=name,
             default_instance_space="bench", output_dir=Path(output), overwrite=True)
"""


def python(environment: str) -> Path:
    """The interpreter of an environment, which is made when it is not there yet."""
    if environment == "ours":
        return Path(sys.executable)
    folder = HOME / "environments" / environment
    interpreter = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    wanted = json.dumps(REQUIREMENTS[environment])
    stamp = folder / "requirements.json"
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run([interpreter, "-m", "pip", "install", "-q", *REQUIREMENTS[environment]], check=True)
        stamp.write_text(wanted)
    return interpreter


def paths() -> list[Path]:
    """Folders that drivers import from: their own, and that of the generated SDKs."""
    return [DRIVERS, HOME / "sdks"]


def prepare(*, peers: bool) -> dict[str, Any]:
    """Generates the SDKs, and answers the view and the data model as the API does.

    Args:
        peers: Whether the SDK of cognite-pygen is needed too.
    """
    sdks = HOME / "sdks"
    sdks.mkdir(parents=True, exist_ok=True)
    with closing(Store.open()) as store, run_in_thread(store) as base_url:
        definitions = _deploy(base_url)
        wanted = ["--space", model.SPACE, "--external-id", model.MODEL, "--version", model.VERSION]
        server = ["--base-url", base_url, "--project", "bench", "--token", "bench"]
        output = ["--output", str(sdks / "machines"), "--force"]
        _run([sys.executable, "-m", "pygen", "generate", *wanted, *server, *output])
        if peers and not (sdks / "old_machines").exists():
            generate_old(
                base_url, (model.SPACE, model.MODEL, model.VERSION), sdks / "old_machines", client="MachinesClient"
            )
    return definitions


def generate_old(base_url: str, data_model: tuple[str, str, str], output: Path, *, client: str) -> None:
    """Generates an SDK with cognite-pygen.

    Args:
        base_url: The server that has the data model.
        data_model: Space, external id and version.
        output: The folder of the package, named like it.
        client: Name of its client's class.
    """
    _run([str(python("cognite-pygen")), "-c", _OLD_GENERATOR, base_url, str(output), client, *data_model])


def _deploy(base_url: str) -> dict[str, Any]:
    with httpx.Client(
        base_url=f"{base_url}/api/v1/projects/bench/models", headers={"authorization": "Bearer bench"}
    ) as api:

        def post(path: str, *items: dict[str, Any]) -> Any:
            answer = api.post(path, json={"items": items})
            answer.raise_for_status()
            return answer.json()["items"][0]

        post("/spaces", {"space": model.SPACE})
        post("/containers", model.container())
        view = post("/views", model.view())
        data_model = post("/datamodels", model.data_model())
        return {"view": view, "data_model": {**data_model, "views": [view]}}


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
