/**
 * What a script in Deno does with an SDK, and what comes of it, as JSON.
 *
 * `deno run … run.mjs SERVER SPACE`: the import map says where the SDK and its runtime are.
 */

import { ApiError, NotReachedError, token } from "cdf-pygen-runtime";
import { ConsistencyClient } from "sdk";

const [baseUrl, space] = Deno.args;
const client = new ConsistencyClient({ baseUrl, project: "deno", credentials: token("any"), defaultSpace: space });
const { turbine, rotor } = client;

async function ids(objects) {
    const found = [];
    for await (const one of objects) found.push(one.externalId);
    return found.sort();
}

async function changes(since) {
    const found = [];
    let reached = since;
    for await (const batch of rotor.changes({ since, untilLive: true })) {
        found.push(
            ...batch.changes.map((one) => [one.type, one.type === "upserted" ? one.item.name : one.id.externalId]),
        );
        reached = batch.token;
    }
    return { found, reached };
}

async function refused(call) {
    try {
        await call();
    } catch (error) {
        return [error.name, error instanceof ApiError, error instanceof NotReachedError, error.status ?? 0];
    }
    return null;
}

const query = turbine.all().partitions(3);
const streamed = await ids({ [Symbol.asyncIterator]: () => query.iterate({ pageSize: 2 }) });
const { serial } = await turbine.retrieve("turbine-1");

const { reached } = await changes();
const name = "R".repeat(2000); // long enough to be compressed on its way
const { written } = await rotor.upsert([
    { externalId: "one", name },
    { externalId: "two", name: "Two" },
]);
await rotor.delete(["two"]);
const after = await changes(reached);

const controller = new AbortController();
controller.abort(new Error("enough"));

const report = {
    all: await ids(turbine.all()),
    streamed,
    serial: String(serial),
    written: written.map((one) => one.externalId),
    name: (await rotor.retrieve("one")).name === name,
    changes: after.found,
    figures: await turbine.all().aggregate((t) => ({ most: t.count.max(), count: t.name.count() })),
    wrong: await refused(() => client.pygen.instances.query({ with: {}, select: { nothing: {} } })),
    nobody: await refused(() => {
        const elsewhere = { baseUrl: "http://127.0.0.1:1", project: "deno", credentials: token("any"), retries: 0 };
        return new ConsistencyClient(elsewhere).turbine.list();
    }),
    aborted: await refused(() => turbine.list({}, { signal: controller.signal })),
};
console.log(JSON.stringify(report));
