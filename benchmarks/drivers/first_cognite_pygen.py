"""cognite-pygen's generated SDK: one CogniteAsset, as soon as can be; the process ends with it."""

from __future__ import annotations

import sys

from cognite.client import ClientConfig, CogniteClient
from cognite.client.credentials import Token
from old_core import BenchClient

client = BenchClient(CogniteClient(ClientConfig("bench", "bench", Token("bench"), base_url=sys.argv[1])))
for asset in client.cognite_asset.list(limit=1):
    print(asset.name)
