/**
 * Runs cases of the table with a TypeScript SDK, and prints what came of each.
 *
 * `node run.mjs SDK RUNTIME`: SDK is the compiled `index.js` of the SDK, RUNTIME that of the runtime it uses. The first line that comes in is the
 * plan: the server and the table. Each further one names a case, and is answered with a line: what came of it.
 */

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const [sdkPath, runtimePath] = process.argv.slice(2);
const { ConsistencyClient } = await import(pathToFileURL(sdkPath).href);
const { token } = await import(pathToFileURL(runtimePath).href);
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const plan = JSON.parse((await lines.next()).value);
const { kinds, targets, edges, cases } = plan.table;
const SPACE = plan.space;

function clientOf({ pageSize = 1000 }) {
    const { baseUrl, project } = plan;
    const retries = { attempts: plan.attempts, firstWait: 1, longestWait: 2 };
    return new ConsistencyClient({ baseUrl, project, credentials: token("any"), pageSize, retries, defaultSpace: SPACE });
}

// ---- values: from the table, and to what is compared ----

const id = (externalId) => ({ space: SPACE, externalId });
const READ = { int64: BigInt, timestamp: (value) => new Date(value), node: id };
const TOLD = {
    int64: String,
    timestamp: (value) => value.toISOString(),
    node: (value) => `${value.space}:${value.externalId}`,
};

function mapped(functions, kind, value) {
    const one = functions[kind?.replace("[]", "")] ?? ((same) => same);
    if (value === null || value === undefined) return null;
    return Array.isArray(value) && kind !== "json" ? value.map(one) : one(value);
}

function keyOf(view, name) {
    const kind = kinds[view][name];
    return kind === "node" ? `${name}Id` : kind === "node[]" ? `${name}Ids` : name;
}

function kindOf(view, name) {
    return kinds[view][name] ?? (name.endsWith("Time") ? "timestamp" : "text");
}

function told(view, one, only) {
    if (!one) return null;
    const properties = (only ?? Object.keys(kinds[view])).map((name) => [
        name,
        mapped(TOLD, kinds[view][name], one[keyOf(view, name)]),
    ]);
    const chosen = Object.fromEntries(properties);
    return only ? chosen : { id: TOLD.node(one), version: one.version, ...chosen };
}

// ---- conditions ----

function conditionsOf(view, given = {}) {
    return Object.fromEntries(
        Object.entries(given).map(([name, said]) => [keyOf(view, name), conditionOf(kindOf(view, name), said)]),
    );
}

function conditionOf(kind, said) {
    if (said === null || typeof said !== "object" || Array.isArray(said)) return mapped(READ, kind, said);
    return Object.fromEntries(
        Object.entries(said).map(([name, value]) => [name, name === "exists" ? value : mapped(READ, kind, value)]),
    );
}

function whereOf(view, where, fields) {
    const [first, second, third] = where;
    if (first === "and" || first === "or") {
        const [one, ...others] = where.slice(1).map((each) => whereOf(view, each, fields));
        return one[first](...others);
    }
    if (first === "not") return whereOf(view, second, fields).not();
    if (second === "nested") return whereOf(targets[view][first], third, fields[first]);
    const field = fields[keyOf(view, first)];
    const value = mapped(READ, kindOf(view, first), third);
    return second === "between" ? field.between(...value) : second === "exists" ? field.exists() : field[second](value);
}

function narrowed(query, view, { filter, where, sort, limit }) {
    let found = query;
    if (filter) found = found.filter(conditionsOf(view, filter));
    if (where) found = found.where((fields) => whereOf(view, where, fields));
    if (sort) found = found.sort(...sort);
    return limit === undefined ? found : found.limit(limit);
}

// ---- what cases do ----

const ACTIONS = {
    async list(client, one) {
        const query = narrowed(client[one.view].all(), one.view, one);
        const chosen = one.select ? query.select(...one.select) : query;
        const items = (await chosen.toArray()).map((item) => told(one.view, item, one.select));
        return { request: query.explain(), items };
    },
    async pages(client, one) {
        const found = [];
        for await (const page of narrowed(client[one.view].all(), one.view, one).pages()) {
            found.push(page.map((item) => item.externalId));
        }
        return found;
    },
    count: (client, one) => narrowed(client[one.view].all(), one.view, one).count(),
    async retrieve(client, { view, ids }) {
        const wanted = Array.isArray(ids) ? ids : Array.from({ length: ids.count }, (_, index) => `${ids.prefix}${index}`);
        const { items, missing } = await client[view].retrieveMany(wanted);
        return { items: items.map((item) => told(view, item)), missing: missing.map(TOLD.node) };
    },
    async search(client, { view, words, properties }) {
        const found = await client[view].search(words, properties ? { properties } : {});
        return found.map((item) => told(view, item));
    },
    async aggregate(client, one) {
        const query = narrowed(client[one.view].all(), one.view, one);
        const metrics = (t) =>
            Object.fromEntries(one.figures.map(([name, property], index) => [index, t[keyOf(one.view, property)][name]()]));
        const figures = (found) => one.figures.map((_, index) => found[index] ?? null);
        if (!one.groupBy) return figures(await query.aggregate(metrics));
        const groups = await query.groupBy(...one.groupBy).aggregate(metrics);
        return groups.map((each) => [one.groupBy.map((name) => each.group[name]), figures(each.figures)]);
    },
    async relation(client, one) {
        const owner = await client[one.view].retrieve(one.id);
        const relation = owner[one.relation];
        const target = targets[one.view][one.relation];
        if (relation.get) return told(target, await relation.get());
        const wanted = narrowed(relation, target, one);
        const items = (await wanted.toArray()).map((item) => told(target, item));
        const links = [];
        const edge = edges[`${one.view}.${one.relation}`];
        if (edge) {
            for await (const link of wanted.linked()) links.push([told(edge, link.edge), link.node.externalId]);
        }
        return { items, links, count: await wanted.count() };
    },
    async include(client, one) {
        const query = narrowed(client[one.view].all(), one.view, one).include(...choices(one.tree));
        const found = await query.toArray();
        return found.map((item) => tree(item, one.tree));
    },
    async upsert(client, one) {
        const items = one.items.map((item) => writeOf(one.view, item));
        const planned = await client[one.view].planUpsert(items);
        const result = await client[one.view].tryUpsert(items, { replace: one.replace });
        const after = await Promise.all(
            planned
                .filter((item) => item.instanceType === "node")
                .map((item) => viewOf(item, one.view))
                .map(([view, externalId]) => client[view].retrieve(externalId).then((item) => told(view, item))),
        );
        return { result: outcome(result), after: byId(after), plan: planned.map(plannedItem) };
    },
    async delete(client, { view, ids }) {
        const { deleted, absent, failed } = await client[view].delete(ids);
        return [deleted, absent, failed].map((each) => each.map((item) => item.externalId).sort());
    },
    async changes(client, { view, items, ids }) {
        const feed = client[view];
        let since;
        for await (const batch of feed.changes({ untilLive: true })) since = batch.token;
        await feed.upsert(items.map((item) => writeOf(view, item)));
        await feed.delete(ids);
        const found = [];
        for await (const batch of feed.changes({ since, untilLive: true })) {
            for (const one of batch.changes) {
                found.push(one.type === "upserted" ? told(view, one.item) : [one.id.externalId, one.version]);
            }
        }
        return found;
    },
};

function choices(tree) {
    return Object.entries(tree).map(
        ([name, deeper]) =>
            (t) =>
                t[name].include(...choices(deeper)),
    );
}

function tree(item, branches) {
    const below = Object.entries(branches).map(([name, deeper]) => {
        const { loaded } = item[name];
        return [name, loaded && (Array.isArray(loaded) ? loaded.map((each) => tree(each, deeper)) : tree(loaded, deeper))];
    });
    return { id: item.externalId, ...Object.fromEntries(below) };
}

function writeOf(view, item) {
    const entries = Object.entries(item).map(([name, value]) => [name, valueOf(view, name, value)]);
    return Object.fromEntries(entries);
}

function valueOf(view, name, value) {
    const target = targets[view]?.[name];
    if (target === undefined) return mapped(READ, kinds[view][name], value);
    const one = (given) => {
        if (given === null || typeof given === "string") return given && id(given);
        if (!given.edge) return writeOf(target, given);
        const { endNode, ...rest } = given.edge;
        return { ...rest, endNode: typeof endNode === "string" ? id(endNode) : writeOf(target, endNode) };
    };
    return Array.isArray(value) ? value.map(one) : one(value);
}

function viewOf({ sources, externalId }, fallback) {
    return [sources?.[0]?.source.externalId.toLowerCase() ?? fallback, externalId];
}

function outcome(result) {
    const kinds = ["written", "unchanged", "skipped", "writtenOrUnchanged"];
    const entries = kinds.map((kind) => [kind, result[kind].map((item) => item.externalId).sort()]);
    const failures = (each) => each.map(({ item, error }) => [item.externalId, error.name]).sort();
    return { ...Object.fromEntries(entries), failed: failures(result.failed), unknown: failures(result.unknown) };
}

/** Integers beyond a double as texts; JSON has no other way. */
function plannedItem(item) {
    const plainly = (_, value) => (typeof value !== "bigint" ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value));
    return JSON.parse(JSON.stringify(item, plainly));
}

function byId(items) {
    return items.sort((one, other) => ((one?.id ?? "") < (other?.id ?? "") ? -1 : 1));
}

async function resultOf(one) {
    await control("DELETE", "/_pygen/faults");
    if (one.faults) await control("PUT", "/_pygen/faults", one.faults);
    try {
        return await ACTIONS[one.do](clientOf(one), one);
    } catch (error) {
        return { error: error.name, ...(plan.verbose && { message: error.stack }) };
    } finally {
        await control("DELETE", "/_pygen/faults");
    }
}

async function control(method, path, body) {
    const headers = { "content-type": "application/json" };
    const response = await fetch(plan.baseUrl + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}`);
    await response.arrayBuffer();
}

const byName = new Map(cases.map((one) => [one.name, one]));
for await (const name of lines) {
    const result = await resultOf(byName.get(name));
    const said = JSON.stringify(result, (_, value) => (typeof value === "bigint" ? String(value) : value));
    process.stdout.write(`${said}\n`);
}
