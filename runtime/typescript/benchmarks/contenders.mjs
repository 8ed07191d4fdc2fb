/**
 * Who reads instances in the benchmark of streaming. Each gives a function that reads all and gives their number and a sum, so that nothing
 * is left out.
 *
 * `node contenders.mjs NAME URL [FOLDER]` warms up, then reads everything each time it is told to.
 */

import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

const PAGE = 1000;
const VIEW = { space: "bench", externalId: "Machine", version: "v1" };
const REQUEST = { instanceType: "node", sources: [{ source: { type: "view", ...VIEW } }], limit: PAGE };

/** Page after page, each as the API answers it. */
async function paged(fetchPage) {
    const found = { count: 0, sum: 0 };
    for (let cursor; ;) {
        const { items, nextCursor } = await fetchPage({ ...REQUEST, cursor });
        for (const one of items) {
            found.count += 1;
            found.sum += one.properties.bench["Machine/v1"].starts;
        }
        if (!nextCursor) return found;
        cursor = nextCursor;
    }
}

async function typed(url, query) {
    const { defineView, direct, ModelClient, ReadApi, toOne } = await import("../dist/sdk/index.js");
    const { token } = await import("../dist/index.js");
    const view = defineView({
        id: VIEW,
        usedFor: "node",
        properties: {
            name: "text",
            description: "text?",
            serialNumber: "text?",
            vendor: "text?",
            state: "text?",
            capacity: "float64?",
            temperature: "float32?",
            pressure: "float64?",
            efficiency: "float64?",
            starts: "int32?",
            runningSeconds: "int64?",
            running: "boolean?",
            installedOn: "date?",
            inspectedAt: "timestamp?",
            labels: "text[]?",
            siteId: ["node?", "site"],
        },
        relations: { site: toOne(() => view, direct("siteId")) },
    });
    class Client extends ModelClient {
        machine = new ReadApi(view, this.scope);
    }
    const client = new Client({ baseUrl: url, project: "bench", credentials: token("any"), limits: { read: 8 } });
    return async () => {
        const found = { count: 0, sum: 0 };
        for await (const one of query(client.machine.all())) {
            found.count += 1;
            found.sum += one.starts;
        }
        return found;
    };
}

/** By name: what makes a reader of a server. */
export const CONTENDERS = {
    "fetch and JSON.parse": (url) => () =>
        paged(async (request) => {
            const headers = { "content-type": "application/json", authorization: "Bearer any" };
            const init = { method: "POST", headers, body: JSON.stringify(request) };
            const response = await fetch(`${url}/api/v1/projects/bench/models/instances/list`, init);
            return JSON.parse(await response.text());
        }),
    "@cognite/sdk": (url, folder) => {
        const { CogniteClient } = createRequire(pathToFileURL(`${folder}/`))("@cognite/sdk");
        const oidcTokenProvider = async () => "any";
        const client = new CogniteClient({ appId: "bench", baseUrl: url, project: "bench", oidcTokenProvider });
        return () => paged((request) => client.instances.list(request)); // instances have no other way to page
    },
    pygen: (url) => typed(url, (query) => query),
    "pygen in 8 partitions": (url) => typed(url, (query) => query.partitions(8)),
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
    const [name, url, folder] = process.argv.slice(2);
    const read = await CONTENDERS[name](url, folder);
    process.on("message", async () => {
        const start = performance.now();
        const cpu = process.cpuUsage();
        const found = await read();
        const { user, system } = process.cpuUsage(cpu);
        process.send({ ...found, wall: performance.now() - start, cpu: (user + system) / 1000 });
    });
    for (let warm = 0; warm < 2; warm += 1) await read();
    process.send("warm");
}
