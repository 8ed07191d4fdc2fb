"""TypeScript SDKs kept as real folders: they are reviewed as code, compile strictly, and are as prettier would have them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pygen_codegen.typescript import TypeScriptSettings
from tests.codegen.python_models import ASSETS, COLLISIONS, EVERYTHING
from tests.codegen.typescript_tools import Tools, generate, write

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "typescript"
MODELS = {"assets": ASSETS, "everything": EVERYTHING}
TEXTS = TypeScriptSettings(int64="string", timestamps="string")

USAGE = """
import { token } from "cdf-pygen-runtime";
import { EverythingClient, type Everything, type EverythingWrite, type Link, type Other } from "./everything/index.js";
import { AssetsClient, type Asset, type Describable, type Pump } from "./assets/index.js";
import { EverythingClient as TextsClient, EmptyApi } from "./texts/index.js";

const client = new EverythingClient({ project: "p", cluster: "c-1", credentials: token("t"), defaultSpace: "golden" });

export async function reads(signal: AbortSignal): Promise<void> {
  for await (const item of client.everything.filter({ textValue: { prefix: "a" }, int32Value: { gte: 1 }, state: "running" })) {
    const name: string | null = item.textValue;
    const serial: bigint = item.int64Required;
    const moment: Date = item.timestampRequired;
    const other: Other | null = await item.other.get({ signal });
    for await (const each of item.others) console.log(each.state);
    for await (const { edge, node } of item.links.linked()) {
      const distance: number | null = edge.distance;
      console.log(distance, node.externalId);
    }
    console.log(name, serial, moment, other, item.otherId?.space, item.class, item.match);
    // @ts-expect-error it may be without a value
    item.textValue.length;
    // @ts-expect-error there is no such property
    item.nothing;
    // @ts-expect-error what was read is not changed in place
    item.textValue = "b";
    // @ts-expect-error a relation is not its id
    item.other.externalId;
  }
  const found: Everything | undefined = await client.everything.retrieve("one");
  const { items, missing } = await client.everything.retrieveMany(["one", { space: "s", externalId: "two" }]);
  const listed: Everything[] = await client.everything.list({ dateValue: null, stateList: ["running"] }, { limit: 5, sort: ["-textValue"] });
  const best: Everything[] = await client.everything.search("words", { properties: ["textValue"] });
  const ends: Other | null | undefined = (await client.link.list())[0] && null;
  console.log(found, items, missing, listed, best, ends);
  // @ts-expect-error there is no such property
  client.everything.filter({ nothing: 1 });
  // @ts-expect-error a text is no number
  client.everything.filter({ int32Value: "one" });
  // @ts-expect-error it always has a value
  client.everything.filter({ textRequired: null });
  // @ts-expect-error a number is no bigint
  client.everything.filter({ int64Value: 5 });
  // @ts-expect-error JSON cannot be compared
  client.everything.filter({ jsonValue: "x" });
  // @ts-expect-error a relation is followed, its id is otherId
  client.everything.filter({ other: null });
  // @ts-expect-error lists have no order
  client.everything.all().sort("textList");
  // @ts-expect-error an edge is no node
  const wrong: Everything[] = await client.link.list();
  console.log(wrong);
}

export async function queries(): Promise<void> {
  const query = client.everything.where((t) => t.int32Value.gt(1).and(t.other.state.eq("running").or(t.textList.contains("x")).not()));
  const rows = await query.sort("-int64Value").select("textValue", "float64Required").toArray();
  const first: readonly (string | null | number)[] = rows.flatMap((row) => [row.textValue, row.float64Required, row.externalId]);
  const { most, mean } = await query.aggregate((t) => ({ most: t.int64Required.max(), mean: t.float64Value.avg() }));
  const whole: bigint | null = most;
  const share: number | null = mean;
  for (const { group, figures } of await query.groupBy("state").aggregate((t) => ({ all: t.textValue.count() }))) console.log(group.state, figures.all);
  console.log(first, whole, share, await query.count());
  // @ts-expect-error it was not selected
  rows[0]?.state;
  // @ts-expect-error there is no such property
  client.everything.where((t) => t.nothing.exists());
  // @ts-expect-error texts have no order
  client.everything.where((t) => t.textValue.gt("a"));
  // @ts-expect-error a list is not compared as a whole
  client.everything.where((t) => t.textList.eq("one"));
  // @ts-expect-error there is no average of texts
  await query.aggregate((t) => ({ mean: t.textValue.avg() }));
}

export async function writes(required: Omit<EverythingWrite, "externalId" | "other" | "links">): Promise<void> {
  const other = { externalId: "o", state: "a newer one" };
  await client.everything.upsert({ ...required, externalId: "e", textValue: null, other, others: [other, { space: "s", externalId: "x" }], links: [other] });
  await client.everything.upsert([{ ...required, externalId: "e", links: [{ endNode: other, distance: 2 }] }]);
  await client.link.upsert({ startNode: { space: "s", externalId: "e" }, endNode: other, distance: 2 });
  await client.everything.delete(["e"]);
  const [read] = await client.other.list();
  const [one] = await client.everything.list();
  if (!read || !one) return;
  await client.other.upsert({ ...client.other.asWrite(read), state: "b" }, { replaceEdges: true });
  await client.everything.delete(one, { cascade: [(t) => t.other, (t) => t.links] });
  for await (const [start, end] of client.everything.all().follow((t) => t.links).rows()) console.log(start.textValue, end.state);
  const [edge] = await one.links.edges().filter({ distance: { gt: 1 } }).toArray();
  console.log(edge?.distance);
  // @ts-expect-error what was read is no write object
  await client.other.upsert(read);
  // @ts-expect-error the model says what is at the end of a link
  await client.link.upsert({ startNode: { space: "s", externalId: "e" }, endNode: { externalId: "o", textValue: "a" } });
  // @ts-expect-error state is required
  await client.other.upsert({ externalId: "o" });
  // @ts-expect-error it cannot be without a value
  await client.other.upsert({ externalId: "o", state: null });
  // @ts-expect-error undefined is neither absent nor null
  await client.everything.upsert({ ...required, externalId: "e", textValue: undefined });
  // @ts-expect-error there is no such property
  await client.other.upsert({ externalId: "o", state: "a", nothing: 1 });
  // @ts-expect-error the service alone writes it
  await client.everything.upsert({ ...required, externalId: "e", computed: "x" });
  // @ts-expect-error a view that cannot be written has no such method
  await client.empty.upsert({ externalId: "e" });
}

export async function others(assets: AssetsClient, pump: Pump): Promise<void> {
  const asset: Describable = pump; // what implements a view can stand for it
  const upstream: Asset[] = await pump.flowsTo.toArray();
  for await (const { edge, node } of pump.flowsFrom.linked()) console.log(edge.litres, await edge.end.get(), node.name);
  const flow: Link | undefined = undefined;
  console.log(asset, upstream, flow, await assets.hotFlow.count());
}

export async function texts(options: ConstructorParameters<typeof TextsClient>[0]): Promise<void> {
  const [one] = await new TextsClient(options).everything.list({ int64Value: { gte: "5" }, timestampValue: { lt: "2026-01-01T00:00:00Z" } });
  const digits: string | undefined = one?.int64Required;
  const moment: string | undefined = one?.timestampRequired;
  console.log(digits, moment, EmptyApi.name);
}
"""


@pytest.mark.parametrize("name", MODELS)
def test_generated_code_is_the_golden_one(name: str, update_golden: bool) -> None:
    files = generate(MODELS[name])
    if update_golden:
        write(GOLDEN / name, files)
    kept = {path.name: path.read_text("utf-8") for path in (GOLDEN / name).iterdir() if path.is_file()}
    assert kept == files


def test_they_and_their_use_compile_and_misuse_does_not(typescript: Tools, tmp_path: Path) -> None:
    for name, model in {**MODELS, "collisions": COLLISIONS}.items():
        write(tmp_path / name, generate(model))
    write(tmp_path / "texts", generate(EVERYTHING, TEXTS))
    assert typescript.prettier(tmp_path) == ""
    write(tmp_path, {"usage.ts": USAGE})
    assert typescript.tsc(tmp_path) == ""


def test_the_same_bytes_whatever_the_hash_seed() -> None:
    program = (
        "import hashlib\n"
        "from tests.codegen.python_models import *\n"
        "from tests.codegen.typescript_tools import generate\n"
        "files = [*generate(EVERYTHING).items(), *generate(COLLISIONS).items(), *generate(ASSETS).items()]\n"
        "print(hashlib.sha256(repr(files).encode()).hexdigest())\n"
    )
    folder = GOLDEN.parents[2]
    paths = os.pathsep.join(map(str, (folder, folder / "codegen", folder / "runtime")))
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": paths},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(digests) == 1


def test_hostile_text_is_only_ever_text() -> None:
    for path, text in generate(EVERYTHING).items():
        assert all(line.isprintable() for line in text.split("\n")), path
