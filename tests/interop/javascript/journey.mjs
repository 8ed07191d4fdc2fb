// The journey of the official JavaScript SDK: reads the plan (URL and data) from stdin, does everything through @cognite/sdk,
// and writes what was answered to stdout. What the answers must be is worked out by the Python test, not here.
import { readFileSync } from 'node:fs';
import { CogniteClient } from '@cognite/sdk';

const { baseUrl, project, token, space, sites, pumps, feeds } = JSON.parse(readFileSync(0, 'utf-8'));
const client = new CogniteClient({ appId: 'pygen-interop', project, baseUrl, oidcTokenProvider: async () => token });
const answers = {};

const container = (externalId) => ({ type: 'container', space, externalId });
const view = (externalId) => ({ type: 'view', space, externalId, version: 'v1' });
const mapped = (of, property, more = {}) => ({
  container: container(of),
  containerPropertyIdentifier: property,
  ...more,
});
const node = (externalId) => ({ space, externalId });
const property = (name) => [space, 'Pump/v1', name];
const sources = (...views) => views.map((one) => ({ source: view(one) }));
const batches = (items) =>
  Array.from({ length: Math.ceil(items.length / 1000) }, (_, number) => items.slice(number * 1000, (number + 1) * 1000));
const ids = (items) => items.map((item) => item.externalId);

async function pages(request) {
  const found = [];
  let cursor;
  do {
    const page = await client.instances.list({ ...request, cursor });
    found.push(page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return found;
}

async function schema() {
  await client.spaces.upsert([{ space, name: 'Interop' }]);
  await client.containers.upsert([
    { space, externalId: 'Site', usedFor: 'node', properties: { name: { type: { type: 'text' } } } },
    {
      space,
      externalId: 'Pump',
      usedFor: 'node',
      properties: {
        name: { type: { type: 'text' }, nullable: false },
        size: { type: { type: 'int32' } },
        pressure: { type: { type: 'float64' } },
        active: { type: { type: 'boolean' } },
        started: { type: { type: 'timestamp' } },
        tags: { type: { type: 'text', list: true } },
        details: { type: { type: 'json' } },
        site: { type: { type: 'direct' } },
      },
      indexes: { bySize: { indexType: 'btree', properties: ['size'] } },
    },
  ]);
  await client.views.upsert([
    {
      ...view('Site'),
      type: undefined,
      properties: {
        name: mapped('Site', 'name'),
        pumps: {
          connectionType: 'multi_reverse_direct_relation',
          source: view('Pump'),
          through: { source: view('Pump'), identifier: 'site' },
        },
      },
    },
    {
      ...view('Pump'),
      type: undefined,
      properties: {
        ...Object.fromEntries(
          ['name', 'size', 'pressure', 'active', 'started', 'tags', 'details'].map((name) => [name, mapped('Pump', name)])
        ),
        site: mapped('Pump', 'site', { source: view('Site') }),
        feeds: {
          connectionType: 'multi_edge_connection',
          type: node('feeds'),
          source: view('Pump'),
          direction: 'outwards',
        },
      },
    },
  ]);
  await client.dataModels.upsert([{ space, externalId: 'Plant', version: 'v1', views: [view('Site'), view('Pump')] }]);
  const [model] = (
    await client.dataModels.retrieve([{ space, externalId: 'Plant', version: 'v1' }], { inlineViews: true })
  ).items;
  answers.views = model.views.map((one) => [one.externalId, Object.keys(one.properties).sort()]);
  answers.spaces = (await client.spaces.list()).items.map((one) => one.space);
  answers.containers = ids((await client.containers.list({ space })).items);
}

async function load() {
  const nodes = [
    ...sites.map((one) => ({
      instanceType: 'node',
      ...node(one.id),
      sources: [{ source: view('Site'), properties: { name: one.name } }],
    })),
    ...pumps.map(({ id, site, ...values }) => ({
      instanceType: 'node',
      ...node(id),
      sources: [{ source: view('Pump'), properties: { ...values, site: node(site) } }],
    })),
  ];
  const edges = feeds.map(([from, to]) => ({
    instanceType: 'edge',
    ...node(`${from}:${to}`),
    type: node('feeds'),
    startNode: node(from),
    endNode: node(to),
  }));
  answers.written = 0;
  for (const items of batches([...nodes, ...edges])) {
    answers.written += (await client.instances.upsert({ items, autoCreateDirectRelations: true })).items.filter(
      (one) => one.wasModified
    ).length;
  }
}

async function read() {
  const all = await pages({ instanceType: 'node', sources: sources('Pump'), limit: 1000 });
  answers.pages = all.map((page) => page.length);
  answers.properties = Object.fromEntries(all.flat().map((one) => [one.externalId, one.properties[space]['Pump/v1']]));
  const filter = {
    and: [
      { range: { property: property('size'), gte: 100, lt: 900 } },
      { equals: { property: property('active'), value: true } },
      { not: { containsAny: { property: property('tags'), values: ['spare'] } } },
    ],
  };
  answers.filtered = ids((await pages({ instanceType: 'node', sources: sources('Pump'), filter, limit: 1000 })).flat());
  const sort = [
    { property: property('size'), direction: 'descending', nullsFirst: false },
    { property: property('name'), direction: 'ascending' },
  ];
  answers.sorted = ids((await pages({ instanceType: 'node', sources: sources('Pump'), sort, limit: 700 })).flat());
  answers.edges = ids((await pages({ instanceType: 'edge', limit: 1000 })).flat());
  const wanted = [pumps[0].id, 'missing', pumps[17].id].map((id) => ({ instanceType: 'node', ...node(id) }));
  answers.byIds = ids((await client.instances.retrieve({ sources: sources('Pump'), items: wanted })).items);
}

async function search() {
  answers.searched = ids(
    (await client.instances.search({ view: view('Pump'), query: 'booster', properties: ['name'], limit: 1000 })).items
  );
}

async function aggregate() {
  const aggregates = [
    { count: { property: 'externalId' } },
    { sum: { property: 'size' } },
    { min: { property: 'pressure' } },
    { max: { property: 'pressure' } },
    { avg: { property: 'pressure' } },
  ];
  answers.aggregated = (
    await client.instances.aggregate({ view: view('Pump'), instanceType: 'node', aggregates, groupBy: ['active'], limit: 10 })
  ).items;
}

async function query() {
  const answer = await client.instances.query({
    with: {
      sites: {
        nodes: {
          filter: { in: { property: ['node', 'externalId'], values: { parameter: 'wanted' } } },
        },
        limit: 100,
      },
      pumps: {
        nodes: {
          from: 'sites',
          through: { source: view('Pump'), identifier: 'site' },
          direction: 'inwards',
        },
        limit: 10000,
      },
      feeds: { edges: { from: 'pumps', direction: 'outwards', maxDistance: 1 }, limit: 10000 },
      fed: { nodes: { from: 'feeds' }, limit: 10000 },
    },
    select: {
      sites: { sources: [{ source: view('Site'), properties: ['name'] }] },
      pumps: { sources: [{ source: view('Pump'), properties: ['*'] }] },
      feeds: {},
      fed: {},
    },
    parameters: { wanted: [sites[3].id, sites[5].id] },
  });
  answers.query = Object.fromEntries(Object.entries(answer.items).map(([name, items]) => [name, ids(items)]));
}

async function sync() {
  const request = {
    with: { pumps: { nodes: { filter: { hasData: [view('Pump')] } }, limit: 1000 } },
    select: { pumps: { sources: [{ source: view('Pump'), properties: ['size'] }] } },
  };
  const changes = async (cursors) => {
    const found = [];
    for (;;) {
      const answer = await client.instances.sync({ ...request, cursors });
      cursors = answer.nextCursor;
      found.push(...answer.items.pumps);
      if (answer.items.pumps.length === 0) return [found, cursors];
    }
  };
  const [first, cursors] = await changes(undefined);
  answers.syncedFirst = ids(first);
  await client.instances.upsert({
    items: [
      { instanceType: 'node', ...node(pumps[2].id), sources: [{ source: view('Pump'), properties: { size: -1 } }] },
    ],
  });
  const gone = pumps.slice(10, 30).map((one) => ({ instanceType: 'node', ...node(one.id) }));
  await client.instances.delete(gone);
  const [later] = await changes(cursors);
  answers.syncedLater = later.map((one) => [
    one.externalId,
    one.deletedTime === undefined ? one.properties[space]['Pump/v1'].size : 'deleted',
  ]);
  answers.edgesLeft = ids((await pages({ instanceType: 'edge', limit: 1000 })).flat());
}

async function refusals() {
  const status = async (call) => {
    try {
      await call();
      return 200;
    } catch (error) {
      return [error.status, error.requestId !== undefined];
    }
  };
  answers.unknownView = await status(() => client.instances.list({ instanceType: 'node', sources: sources('Nothing') }));
  answers.fullSpace = await status(() => client.spaces.delete([space]));
}

async function clear() {
  for (const instanceType of ['edge', 'node']) {
    for (const items of batches((await pages({ instanceType, limit: 1000 })).flat())) {
      await client.instances.delete(items.map((one) => ({ instanceType, ...node(one.externalId) })));
    }
  }
  await client.dataModels.delete([{ space, externalId: 'Plant', version: 'v1' }]);
  await client.views.delete(['Site', 'Pump'].map((externalId) => ({ space, externalId, version: 'v1' })));
  await client.containers.delete(['Site', 'Pump'].map((externalId) => ({ space, externalId })));
  await client.spaces.delete([space]);
  answers.spacesLeft = (await client.spaces.list()).items.map((one) => one.space);
}

answers.failures = {};
for (const step of [schema, load, read, search, aggregate, query, sync, refusals, clear]) {
  try {
    await step();
  } catch (error) {
    answers.failures[step.name] = error.message;
  }
}
process.stdout.write(JSON.stringify(answers));
