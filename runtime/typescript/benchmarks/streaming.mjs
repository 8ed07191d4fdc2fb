/**
 * How fast instances are streamed as typed objects, beside `@cognite/sdk` and beside fetching and parsing alone, without latency and with
 * 100 ms for each page.
 *
 * `npm run build && node benchmarks/streaming.mjs [--rows 100000] [--rounds 5] [--latencies 0,100] [--only "pygen;@cognite/sdk"] [--cognite FOLDER]`, in a
 * checkout with a virtual environment: FOLDER is one whose `node_modules` holds `@cognite/sdk`. The server is that of the Python benchmarks
 * (`benchmarks/origin.py`), in a process of its own, whose answers are prepared and compressed beforehand. Each contender runs in a process
 * of its own, warms up, and is measured round after round, in turn with the others.
 */

import { fork, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { CONTENDERS } from "./contenders.mjs";

const CHECKOUT = fileURLToPath(new URL("../../../", import.meta.url));

const { values } = parseArgs({
    options: {
        rows: { type: "string", default: "100000" },
        rounds: { type: "string", default: "5" },
        latencies: { type: "string", default: "0,100" },
        only: { type: "string" },
        cognite: { type: "string" },
    },
});
const rows = Number(values.rows);

/** The server, and its address. */
async function origin(latency, folder) {
    const definitions = join(folder, "definitions.json");
    writeFileSync(definitions, '{"views": [], "data_model": {}}'); // who reads instances alone asks for none
    const own = join(CHECKOUT, ".venv/bin/python");
    const options = ["--rows", values.rows, "--latency", String(latency / 1000), "--definitions", definitions];
    const command = ["-m", "benchmarks.origin", ...options];
    const child = spawn(existsSync(own) ? own : "python3", command, {
        cwd: CHECKOUT,
        stdio: ["ignore", "pipe", "inherit"],
    });
    for await (const url of createInterface({ input: child.stdout })) return { child, url };
    throw new Error("the server did not start");
}

function said(child) {
    return new Promise((resolve, reject) => {
        child.once("message", resolve);
        child.once("exit", (code) => reject(new Error(`a process ended with ${code}`)));
    });
}

/** A process that reads everything each time it is told to. */
async function contender(name, url) {
    const child = fork(fileURLToPath(new URL("contenders.mjs", import.meta.url)), [name, url, values.cognite ?? ""]);
    await said(child);
    return { name, child, results: [] };
}

function median(numbers) {
    return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

function names() {
    const wanted = values.only?.split(";") ?? Object.keys(CONTENDERS);
    const unknown = wanted.filter((name) => !(name in CONTENDERS));
    if (unknown.length > 0) throw new Error(`${unknown} is none of ${Object.keys(CONTENDERS)}`);
    return wanted.filter((name) => name !== "@cognite/sdk" || values.cognite !== undefined);
}

async function compare(latency, folder) {
    const server = await origin(latency, folder);
    const contenders = [];
    try {
        for (const name of names()) contenders.push(await contender(name, server.url));
        for (let round = 0; round < Number(values.rounds); round += 1) {
            for (const { child, results } of contenders) {
                const result = said(child);
                child.send("go");
                results.push(await result);
            }
        }
    } finally {
        for (const { child } of [server, ...contenders]) child.kill();
    }
    return contenders.map(({ name, results }) => {
        const told = new Set(results.map((one) => one.sum));
        if (told.size > 1 || results[0].count !== rows) throw new Error(`${name} did not read what there is`);
        return {
            latency,
            name,
            sum: results[0].sum,
            wall: median(results.map((one) => one.wall)),
            cpu: median(results.map((one) => one.cpu)),
        };
    });
}

function told(figures) {
    if (new Set(figures.map((one) => one.sum)).size > 1) throw new Error("the contenders read different things");
    const theirs = figures.find((one) => one.name === "@cognite/sdk")?.wall;
    return figures.map(({ latency, name, wall, cpu }) => ({
        "ms a page": latency,
        contender: name,
        "instances/s": Math.round((rows / wall) * 1000),
        "µs CPU per instance": Number(((cpu / rows) * 1000).toFixed(1)),
        "times as fast as @cognite/sdk": theirs && Number((theirs / wall).toFixed(2)),
    }));
}

const folder = mkdtempSync(join(tmpdir(), "pygen-"));
try {
    for (const latency of values.latencies.split(",").map(Number)) console.table(told(await compare(latency, folder)));
} finally {
    rmSync(folder, { recursive: true });
}
