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
    async partitions(client, one) {
        const query = narrowed(client[one.view].all(), one.view, one).partitions(one.partitions, one.by);
        return (await query.toArray()).map((item) => `${item.space}:${item.externalId}`).sort();
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
    async loop(client, one) {
        const found = [];
        for await (const item of narrowed(client[one.view].all(), one.view, one)) found.push(await walked(item, one.tree));
        return { found, requests: client.pygen.counters.requests };
    },
    async path(client, one) {
        const start = narrowed(client[one.view].all(), one.view, one);
        const path = one.hops.reduce((before, hop) => before.follow((t) => hopOf(t, hop)), start);
        const rows = [];
        for await (const row of path.rows()) rows.push(row.map((each) => each.externalId));
        const ends = (await path.toArray()).map((each) => each.externalId);
        return { ends: ends.sort(), rows: rows.map((row) => row.join(" ")).sort(), count: await path.count() };
    },
    async combined(client, one) {
        const start = narrowed(client[one.view].all(), one.view, one);
        const path = one.hops.reduce((before, hop) => before.follow((t) => hopOf(t, hop)), start);
        const other = narrowed(client[one.other.view].all(), one.other.view, one.other);
        const found = await Promise.all([path.or(other), path.and(other), path.without(other)].map((each) => each.toArray()));
        return found.map((each) => each.map((item) => item.externalId).sort());
    },
    async reach(client, one) {
        const { view, hop, maxDistance, until } = one;
        const start = narrowed(client[view].all(), view, one);
        const options = { maxDistance, ...(until && { until: (t) => whereOf(view, until, t) }) };
        const found = [];
        for await (const { distance, items } of start.reach((t) => hopOf(t, hop), options).distances()) {
            found.push([distance, items.map((item) => item.externalId).sort()]);
        }
        return found;
    },
    async edges_of(client, one) {
        const owner = await client[one.view].retrieve(one.id);
        const query = narrowed(owner[one.relation].edges(), one.edgeView, one);
        const ends = (each) => [each.externalId, TOLD.node(each.startNode), TOLD.node(each.endNode)];
        return { edges: (await query.toArray()).map(ends).sort(), count: await query.count() };
    },
    async rewrite(client, { view, ids, changed }) {
        const { items } = await client[view].retrieveMany(ids);
        const as = items.map((item) => client[view].asWrite(item));
        const same = outcome(await client[view].tryUpsert(as));
        const other = as.map((item) => ({ ...item, ...writeOf(view, changed) }));
        const written = outcome(await client[view].tryUpsert(other));
        const again = outcome(await client[view].tryUpsert(as, { skipOnVersionConflict: true }));
        const forced = outcome(await client[view].tryUpsert(as, { checkVersions: false }));
        const after = (await client[view].retrieveMany(ids)).items.map((item) => told(view, item));
        return { same, written, again, forced, after };
    },
    async replaceEdges(client, { view, relation, items }) {
        const writes = items.map((item) => writeOf(view, item));
        const plan = await client[view].planUpsert(writes, { replaceEdges: true });
        const { removed } = await client[view].tryUpsert(writes, { replaceEdges: true });
        const after = [];
        for (const { externalId } of items) {
            const owner = await client[view].retrieve(externalId);
            const links = [];
            for await (const { edge, node } of owner[relation].linked()) links.push([edge.externalId, node.externalId]);
            after.push(links.sort());
        }
        const ids = (found) => found.map((each) => each.externalId).sort();
        return { planned: ids(plan.removals.map((each) => each.edge)), removed: ids(removed.deleted), after };
    },
    async cascade(client, { view, ids, tree }) {
        const { items } = await client[view].retrieveMany(ids);
        const plan = await client[view].planDelete(items, { cascade: choices(tree) });
        const { deleted } = await client[view].tryDelete(items, { cascade: choices(tree) });
        const sorted = (found) => found.map((each) => each.externalId).sort();
        return { ids: sorted(plan.ids), edges: sorted(plan.edges), deleted: sorted(deleted) };
    },
    async upsert(client, one) {
        const items = one.items.map((item) => writeOf(one.view, item));
        const { items: planned } = await client[one.view].planUpsert(items);
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

/** A relation, perhaps narrowed: its name, or that and how. */
function hopOf(relations, hop) {
    const { relation, view, ...how } = typeof hop === "string" ? { relation: hop } : hop;
    return narrowed(relations[relation], view, how);
}

/** What relations of an object lead to, read one after the other as a program does. */
async function walked(item, branches) {
    const found = { id: item.externalId };
    for (const [name, deeper] of Object.entries(branches)) {
        if (item[name].get) {
            const one = await item[name].get();
            found[name] = one && (await walked(one, deeper));
        } else {
            found[name] = [];
            for await (const one of item[name]) found[name].push(await walked(one, deeper));
            found[name].sort((one, other) => (one.id < other.id ? -1 : 1));
        }
    }
    return found;
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
