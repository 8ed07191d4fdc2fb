"""Both clients in a real notebook kernel, which runs an event loop of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

RUN = """
import sys
import nbclient, nbformat
from nbformat.v4 import new_code_cell, new_notebook

cells = [
    "import asyncio; loop = asyncio.get_running_loop()",
    f'''
from pygen_runtime import AsyncPygenClient, PygenClient
from pygen_runtime.schema import NodeWrite, SpaceWrite
where = dict(base_url={sys.argv[1]!r}, project="p", token="t")
client = PygenClient.from_token(**where)
client.spaces.create(SpaceWrite(space="s"))
client.instances.upsert([NodeWrite(space="s", external_id=str(n)) for n in range(30)])
len(list(client.instances.iterate()))
''',
    '''
await asyncio.sleep(0)
other = AsyncPygenClient.from_token(**where)
await other.__aenter__()
''',
    "len(client.instances.stream().to_list()) + len(await other.instances.stream().to_list())",
    "client.close(); await other.__aexit__(None, None, None)",
]
notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
nbclient.NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
print([cell.outputs[0].data["text/plain"] for cell in notebook.cells if cell.outputs and "data" in cell.outputs[0]])
"""


def test_in_a_notebook_both_clients_work_from_cell_to_cell(local_server: str) -> None:
    pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    ended = subprocess.run(
        [sys.executable, "-c", RUN, local_server], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
    assert "'30'" in ended.stdout
    assert "'60'" in ended.stdout
