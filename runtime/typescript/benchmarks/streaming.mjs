/**
 * How fast instances are streamed as typed objects, beside `@cognite/sdk` and beside fetching and parsing alone.
 *
 * `npm run build && node benchmarks/streaming.mjs [--rows 100000] [--rounds 5] [--cognite FOLDER]`: FOLDER is one whose `node_modules` holds
 * `@cognite/sdk`. A server in a process of its own answers with pages that are prepared beforehand; each contender runs in a process of its own,
 * warms up, and is measured round after round, in turn with the others.
 */

import { fork } from "node:child_process";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";

const PAGE = 1000;
const VIEW = { space: "bench", externalId: "Turbine", version: "1" };
const SOURCE = { type: "view", ...VIEW };

const { values } = parseArgs({
    options: {
        rows: { type: "string", default: "100000" },
        rounds: { type: "string", default: "5" },
        cognite: { type: "string" },
        role: { type: "string" },
        url: { type: "string" },
    },
});
const rows = Number(values.rows);

// ---- the server ----

function row(index) {
    const properties = {
        name: `Turbine ${index}`,
        description: `The turbine with the number ${index}, somewhere in the park`,
        capacity: index * 0.25,
        starts: index % 977,
        running: index % 2 === 0,
        installed: "2024-03-05T06:07:08.123+00:00",
        day: "2024-03-05",
        status: "active",
        tags: ["first", "second"],
        rotor: { space: "bench", externalId: `rotor-${index}` },
        park: { space: "bench", externalId: "park" },
        data: { maker: "somebody", year: 2000 + (index % 25) },
    };
    const times = { createdTime: 1700000000000 + index, lastUpdatedTime: 1700000000000 + index };
    const values = { bench: { "Turbine/1": properties } };
    return {
        instanceType: "node",
        space: "bench",
        externalId: `turbine-${index}`,
        version: 1,
        ...times,
        properties: values,
    };
}

function page(number) {
    const first = number * PAGE;
    const items = Array.from({ length: Math.min(PAGE, rows - first) }, (_, index) => row(first + index));
    const plain = JSON.stringify({ items, ...(first + PAGE < rows && { nextCursor: String(number + 1) }) });
    return { plain: Buffer.from(plain), packed: gzipSync(plain, { level: 1 }) };
}

function serve() {
    const pages = Array.from({ length: Math.ceil(rows / PAGE) }, (_, number) => page(number));
    const server = createServer(async (request, response) => {
        let text = "";
        for await (const chunk of request) text += chunk;
        const { plain, packed } = pages[Number(JSON.parse(text || "{}").cursor ?? 0)];
        const zipped = /gzip/.test(request.headers["accept-encoding"] ?? "");
        const body = zipped ? packed : plain;
        const headers = { "content-type": "application/json", "content-length": body.length };
        response.writeHead(200, zipped ? { ...headers, "content-encoding": "gzip" } : headers);
        response.end(body);
    });
    server.listen(0, "127.0.0.1", () => process.send(`http://127.0.0.1:${server.address().port}`));
}

// ---- the contenders: each gives a function that reads all and gives a sum, so that nothing is left out ----

const CONTENDERS = {
    async pygen() {
        const { defineView, direct, ModelClient, ReadApi, toOne } = await import("../dist/sdk/index.js");
        const { token } = await import("../dist/index.js");
        const view = defineView({
            id: VIEW,
            usedFor: "node",
            properties: {
                name: "text",
                description: "text?",
                capacity: "float64?",
                starts: "int32?",
                running: "boolean?",
                installed: "timestamp?",
                day: "date?",
                status: "text?",
                tags: "text[]?",
                rotorId: ["node?", "rotor"],
                parkId: ["node?", "park"],
                data: "json?",
            },
            relations: { rotor: toOne(() => view, direct("rotorId")) },
        });
        class Client extends ModelClient {
            turbine = new ReadApi(view, this.scope);
        }
        const client = new Client({ baseUrl: values.url, project: "bench", credentials: token("any") });
        return async () => {
            let sum = 0;
            for await (const one of client.turbine.all()) sum += one.capacity;
            return sum;
        };
    },
    async cognite() {
        const require = createRequire(pathToFileURL(`${values.cognite}/`));
        const { CogniteClient } = require("@cognite/sdk");
        const client = new CogniteClient({
            appId: "bench",
            baseUrl: values.url,
            project: "bench",
            oidcTokenProvider: async () => "any",
        });
        return async () => {
            let sum = 0;
            for (let cursor; ;) {
                const request = { instanceType: "node", sources: [{ source: SOURCE }], limit: PAGE, cursor };
                const { items, nextCursor } = await client.instances.list(request);
                for (const one of items) sum += one.properties.bench["Turbine/1"].capacity;
                if (nextCursor === undefined) return sum;
                cursor = nextCursor;
            }
        };
    },
    async parsing() {
        return async () => {
            let sum = 0;
            for (let cursor; ;) {
                const body = JSON.stringify({
                    instanceType: "node",
                    sources: [{ source: SOURCE }],
                    limit: PAGE,
                    cursor,
                });
                const url = `${values.url}/api/v1/projects/bench/models/instances/list`;
                const { items, nextCursor } = JSON.parse(await (await fetch(url, { method: "POST", body })).text());
                for (const one of items) sum += one.properties.bench["Turbine/1"].capacity;
                if (nextCursor === undefined) return sum;
                cursor = nextCursor;
            }
        };
    },
};

async function contend(read) {
    const expected = (0.25 * (rows - 1) * rows) / 2;
    process.on("message", async () => {
        const start = performance.now();
        const cpu = process.cpuUsage();
        const sum = await read();
        if (sum !== expected) throw new Error(`read ${sum} instead of ${expected}`);
        const { user, system } = process.cpuUsage(cpu);
        process.send({ wall: performance.now() - start, cpu: (user + system) / 1000 });
    });
    await read();
    process.send("warm");
}

// ---- the rounds ----

function start(role, url) {
    const given = { role, url, rows: values.rows, cognite: values.cognite };
    const options = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
    return fork(fileURLToPath(import.meta.url), options);
}

function said(child) {
    return new Promise((resolve, reject) => {
        child.once("message", resolve);
        child.once("exit", (code) => reject(new Error(`a process ended with ${code}`)));
    });
}

function median(numbers) {
    return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)];
}

async function compare() {
    const server = start("server");
    const url = await said(server);
    const names = Object.keys(CONTENDERS).filter((name) => name !== "cognite" || values.cognite !== undefined);
    const taken = new Map();
    const children = [];
    for (const name of names) {
        const child = start(name, url);
        children.push([name, child]);
        taken.set(name, []);
        await said(child);
    }
    for (let round = 0; round < Number(values.rounds); round += 1) {
        for (const [name, child] of children) {
            const result = said(child);
            child.send("go");
            taken.get(name).push(await result);
        }
    }
    const figures = [...taken].map(([name, results]) => {
        const wall = median(results.map((one) => one.wall));
        const cpu = median(results.map((one) => one.cpu));
        return { name, "objects/s": Math.round((rows / wall) * 1000), "ms CPU per 1,000": (cpu / rows) * 1000 };
    });
    console.table(figures);
    for (const child of [server, ...children.map(([, one]) => one)]) child.kill();
}

if (values.role === undefined) await compare();
else if (values.role === "server") serve();
else await contend(await CONTENDERS[values.role]());
