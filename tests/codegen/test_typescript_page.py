"""The TypeScript that docs/guide/typescript.md shows, and the page that every SDK brings, against the SDK of the demo's model."""

from __future__ import annotations

import re
from pathlib import Path

from pygen.demo.model import wind_farm
from pygen_codegen.ir import analyse
from tests.codegen.typescript_tools import Tools, generate, write
from tests.demo.reading import read_form
from tests.docs.pages import ROOT

_BLOCK = re.compile(r"^```ts\n(.*?)^```$", re.MULTILINE | re.DOTALL)

IDIOMS = """
export async function idioms(client: WindFarmClient, signal: AbortSignal): Promise<unknown[]> {
  const turbines = client.windTurbine;
  const one = await turbines.retrieve({ space: "s", externalId: "x" }, { signal });
  await turbines.list({ name: "a", status: null }, { limit: Infinity, signal });
  const query = turbines.filter({ name: { prefix: "a" }, ratedCapacity: { gte: 1, lt: 2 }, tags: { containsAny: ["a"] }, settings: { exists: true } });
  const rows = await query.sort("name", "-ratedCapacity").select("name", "ratedCapacity").toArray({ signal });
  const all = await query.include((t) => t.farm).toArray();
  for await (const blade of one?.blades ?? []) rows.push({ ...rows[0]!, name: blade.externalId });
  for await (const { changes, token: since } of turbines.changes({ since: "…", untilLive: true, signal })) {
    for (const change of changes) console.log(change.type === "upserted" ? change.item.name : change.id, since);
  }
  return [await one?.farm.get({ signal }), await one?.alarms.toArray(), one?.metMasts.linked(), all[0]?.farm.loaded];
}
"""


def test_what_the_guide_shows_compiles(tmp_path: Path, typescript: Tools) -> None:
    write(tmp_path / "wind", generate(analyse([read_form(wind_farm())]).model))
    page = "\n".join(_BLOCK.findall((ROOT / "docs/guide/typescript.md").read_text("utf-8")))
    write(
        tmp_path,
        {
            "page.ts": f"{page}{IDIOMS}\nexport {{ clientCredentials, count, first, items, mean, missing, most, names, one, parts, some, tokenProvider, words }};\n"
        },
    )
    assert typescript.tsc(tmp_path) == ""
