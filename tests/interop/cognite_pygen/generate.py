"""Run with the interpreter that has `cognite-pygen`: writes an SDK of a data model on a server.

Arguments: URL of the server, space, external id and version of the model, package, folder.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token

url, space, external_id, version, package, folder = sys.argv[1:]
config = ClientConfig(client_name="interop", project="test", base_url=url, credentials=Token("local"))
import_module("cognite.pygen").generate_sdk(
    (space, external_id, version),
    CogniteClient(config),
    top_level_package=package,
    client_name="Client",
    output_dir=Path(folder) / package,
    overwrite=True,
    logger=lambda _: None,
)
