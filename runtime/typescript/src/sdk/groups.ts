/** Figures over all objects that a query asks for, or over each group of them. */

import type { PygenClient } from "../client/client.js";
import type { CallOptions } from "../client/core.js";
import { InvalidResponseError, UsageError } from "../errors.js";
import type { Filter } from "../schema/filters.js";
import { viewReference } from "../schema/ids.js";
import { numberOf } from "../schema/json.js";
import type { AggregateItem, AggregateValue, Aggregation } from "../schema/requests.js";
import type { Fields, PropertyKey } from "./conditions.js";
import type { Metric } from "./fields.js";
import { fieldsOf } from "./filters.js";
import type { Decode } from "./kinds.js";
import { type Property, propertyOf, tableOf } from "./properties.js";
import type { AnyView } from "./view.js";

/** Figures by the names that they were given. */
export type Metrics = Readonly<Record<string, Metric<unknown>>>;

/** What figures come out as. */
export type Figures<M extends Metrics> = {
  readonly [K in keyof M]: M[K] extends Metric<infer V> ? V : never;
};

/** A group and its figures. */
export interface Group<T, K extends PropertyKey<T>, M extends Metrics> {
  /** The values that all objects of the group share. */
  readonly group: Pick<T, K>;
  readonly figures: Figures<M>;
}

/** What is counted over. */
export interface Counted {
  readonly client: PygenClient;
  readonly view: AnyView;
  readonly filter?: Filter | undefined;
}

/** Figures that are of the kind of the property; others are numbers. */
const SAME_KIND: ReadonlySet<string> = new Set(["min", "max", "sum"]);

const MOST_KEYS = 5;
const MOST_FIGURES = 5;

/** The figures over everything. */
export async function figures<T, M extends Metrics>(
  counted: Counted,
  metrics: (fields: Fields<T>) => M,
  options: CallOptions,
): Promise<Figures<M>> {
  const wanted = metricsOf(counted.view, metrics);
  const [all = {}] = await ask(counted, [], wanted, options);
  return readFigures<M>(counted.view, wanted, all);
}

/** The objects of a query by the values of some of their properties. */
export class Groups<T, K extends PropertyKey<T>> {
  readonly #counted: Counted;
  readonly #keys: readonly Property[];

  /** @throws UsageError - There are no keys, more than five, or one is unknown. */
  constructor(counted: Counted, keys: readonly K[]) {
    if (keys.length === 0 || keys.length > MOST_KEYS) {
      throw new UsageError(`${keys.length} properties to group by; the API takes one to five`);
    }
    this.#counted = counted;
    this.#keys = keys.map((key) => propertyOf(counted.view, key));
  }

  /** The groups that there are, and figures of each: `(t) => ({ mean: t.capacity.avg() })`; five at most. */
  async aggregate<M extends Metrics>(
    metrics: (fields: Fields<T>) => M,
    options: CallOptions = {},
  ): Promise<Group<T, K, M>[]> {
    const { view } = this.#counted;
    const wanted = metricsOf(view, metrics);
    const items = await ask(this.#counted, this.#keys, wanted, options);
    return items.map((item) => ({
      // One value for each key, which were checked to be properties of T.
      group: Object.fromEntries(this.#keys.map((key) => [key.name, groupValue(view, key, item)])) as Pick<T, K>,
      figures: readFigures<M>(view, wanted, item),
    }));
  }

  /** The groups that there are. */
  async values(options: CallOptions = {}): Promise<Pick<T, K>[]> {
    const groups = await this.aggregate(() => ({}), options);
    return groups.map((one) => one.group);
  }
}

function metricsOf<T>(view: AnyView, metrics: (fields: Fields<T>) => Metrics): Metrics {
  // The fields of the view are those that T's interface has.
  const found = metrics(fieldsOf(view) as Fields<T>);
  const count = Object.keys(found).length;
  if (count > MOST_FIGURES) throw new UsageError(`${count} figures asked for; the API takes five at most`);
  return found;
}

function ask(
  { client, view, filter }: Counted,
  keys: readonly Property[],
  metrics: Metrics,
  options: CallOptions,
): Promise<readonly AggregateItem[]> {
  const aggregates = Object.values(metrics).map((one) => one.aggregation);
  return client.instances.aggregate(
    {
      view: viewReference(view.id),
      instanceType: view.usedFor,
      ...(keys.length > 0 && { groupBy: keys.map((key) => key.source) }),
      ...(aggregates.length > 0 && { aggregates }),
      ...(filter && { filter }),
    },
    options,
  );
}

function groupValue(view: AnyView, key: Property, item: AggregateItem): unknown {
  const value = item.group?.[key.source] ?? null;
  const read = value === null ? null : key.decode(value);
  if (read !== undefined) return read;
  throw new InvalidResponseError(
    `a group of ${view.id.externalId} has a ${key.name} of another type than the model says`,
  );
}

function readFigures<M extends Metrics>(view: AnyView, metrics: Metrics, item: AggregateItem): Figures<M> {
  const read = Object.entries(metrics).map(([name, { aggregation }]) => {
    const [kind, asked] = partsOf(aggregation);
    const found = item.aggregates?.find((one) => one.aggregate === kind && (one.property ?? asked) === asked);
    return [name, figure(view, kind, asked, found)];
  });
  // One figure for each metric, of the type that it was declared with.
  return Object.fromEntries(read) as Figures<M>;
}

function partsOf(aggregation: Aggregation): [kind: string, property: string | undefined] {
  const [[kind, { property }]] = Object.entries(aggregation) as [[string, { readonly property?: string }]];
  return [kind, property];
}

function figure(view: AnyView, kind: string, source: string | undefined, found: AggregateValue | undefined): unknown {
  if (kind === "histogram") return found?.buckets ?? [];
  const value = found?.value ?? null;
  if (value === null) return kind === "count" ? 0 : null;
  return decoderOf(view, kind, source)(value);
}

function decoderOf(view: AnyView, kind: string, source: string | undefined): Decode {
  const property = SAME_KIND.has(kind) ? tableOf(view).own.find((one) => one.source === source) : undefined;
  return property?.decode ?? numberOf;
}
