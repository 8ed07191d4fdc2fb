"""This project without `await`: one CogniteAsset, as soon as can be; the process ends with it."""

from __future__ import annotations

import sys

from core import CogniteCoreClient

with CogniteCoreClient.from_token(sys.argv[1], "bench", "bench") as client:
    for asset in client.cognite_asset.all().limit(1):
        print(asset.name)
