/** From conditions by property, or functions of fields, to the filters of the API. */

import { UsageError } from "../errors.js";
import type { Filter, FilterValue, PropertyReference } from "../schema/filters.js";
import { Condition } from "./condition.js";
import {
  AnyField,
  BooleanField,
  type Encode,
  Field,
  JsonField,
  ListField,
  NumberField,
  OrderedField,
  type Scope,
  TextField,
} from "./fields.js";
import { allOf, oneOf } from "./several.js";
import { type Property, propertyOf, tableOf } from "./properties.js";
import type { AnyView, Kind } from "./view.js";

/** Both, where both are given. */
export function both(one: Filter | undefined, other: Filter | undefined): Filter | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return { and: [...conjuncts(one), ...conjuncts(other)] };
}

/**
 * What conditions by property ask for; undefined if there are none.
 *
 * @throws UsageError - A property is unknown, or something is said of it that cannot be.
 */
export function conditionsFilter(view: AnyView, conditions: object): Filter | undefined {
  let filter: Filter | undefined;
  for (const [name, value] of Object.entries(conditions) as [string, unknown][]) {
    if (value === undefined) continue;
    filter = both(filter, propertyFilter(propertyOf(view, name), value));
  }
  return filter;
}

/** What a function of the fields, a condition or a filter asks for. */
export function whereFilter(view: AnyView, where: unknown): Filter {
  const found: unknown = typeof where === "function" ? (where as (fields: unknown) => unknown)(fieldsOf(view)) : where;
  if (found instanceof Condition) return found.filter;
  if (typeof found === "object" && found !== null && Object.keys(found).length === 1) return found as Filter;
  throw new UsageError(`where takes (t) => t.name.eq("A"), or a filter of the API, not what gives ${String(found)}`);
}

const fieldsByView = new WeakMap<AnyView, object>();

/** The fields of a view, each made when it is first used. */
export function fieldsOf(view: AnyView): object {
  let fields = fieldsByView.get(view);
  if (fields === undefined) {
    fields = fieldsWithin(view, (filter) => filter);
    fieldsByView.set(view, fields);
  }
  return fields;
}

function conjuncts(filter: Filter): readonly Filter[] {
  return "and" in filter ? filter.and : [filter];
}

function propertyFilter(property: Property, value: unknown): Filter {
  if (value === null) return { not: exists(property.reference) };
  if (isOperators(value)) return operatorsFilter(property, value);
  const several = Array.isArray(value) ? value.map(property.encode) : undefined;
  if (property.list) {
    return oneOf("containsAny", property.reference, several ?? [property.encode(value)]);
  }
  if (several !== undefined) return oneOf("in", property.reference, several);
  return { equals: { property: property.reference, value: property.encode(value) } };
}

/** Whether this says more than a value: `{ gte: 3 }` does, an id or a date does not. */
function isOperators(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    typeof value === "object" && !Array.isArray(value) && !(value instanceof Date) && !("externalId" in (value ?? {}))
  );
}

type Operator = (property: Property, value: unknown) => Filter;

/** What can be said of a property, apart from its value. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...(["gt", "gte", "lt", "lte"] as const).map((bound): [string, Operator] => [
    bound,
    ({ reference, encode }, value) => ({ range: { property: reference, [bound]: encode(value) } }),
  ]),
  ["prefix", ({ reference, encode }, value) => ({ prefix: { property: reference, value: encode(value) } })],
  ["exists", ({ reference }, value) => (value === false ? { not: exists(reference) } : exists(reference))],
  ["containsAny", (property, value) => oneOf("containsAny", property.reference, listed(property, value))],
  ["containsAll", (property, value) => allOf(property.reference, listed(property, value))],
]);

function operatorsFilter(property: Property, said: Readonly<Record<string, unknown>>): Filter {
  let filter: Filter | undefined;
  for (const [name, value] of Object.entries(said)) {
    const operator = OPERATORS.get(name);
    if (operator === undefined) {
      throw new UsageError(`${property.name}: ${name} is not known; there are ${[...OPERATORS.keys()].join(", ")}`);
    }
    if (value !== undefined) filter = both(filter, operator(property, value));
  }
  if (filter === undefined) throw new UsageError(`${property.name}: {} says nothing; leave the condition out`);
  return filter;
}

function exists(property: PropertyReference): Filter {
  return { exists: { property } };
}

function listed(property: Property, values: unknown): readonly FilterValue[] {
  if (!Array.isArray(values)) throw new UsageError(`${property.name}: a list of values is wanted here`);
  return values.map(property.encode);
}

/** Fields whose conditions are put into a scope: that of the view itself, or what a direct relation leads to. */
function fieldsWithin(view: AnyView, scoped: Scope): object {
  const fields = {};
  for (const property of tableOf(view).all.values()) {
    lazily(fields, property.name, () => fieldOf(property, scoped));
  }
  for (const [name, relation] of Object.entries(view.relations ?? {})) {
    const { via } = relation;
    if (via.via !== "direct" || relation.many) continue;
    const scope = propertyOf(view, via.property).reference;
    lazily(fields, name, () => fieldsWithin(relation.target(), (filter) => scoped({ nested: { scope, filter } })));
  }
  return fields;
}

function lazily(owner: object, name: string, make: () => unknown): void {
  let made: unknown;
  Object.defineProperty(owner, name, { enumerable: true, get: () => (made ??= make()) });
}

type FieldClass = new (reference: readonly string[], encode: Encode, scoped: Scope) => AnyField;

const FIELD_CLASSES: Readonly<Record<Kind, FieldClass>> = {
  text: TextField,
  boolean: BooleanField,
  int32: NumberField,
  int64: NumberField,
  int64Text: NumberField,
  float32: NumberField,
  float64: NumberField,
  timestamp: OrderedField,
  timestampText: OrderedField,
  date: OrderedField,
  json: JsonField,
  node: Field,
};

function fieldOf({ kind, list, reference, encode }: Property, scoped: Scope): AnyField {
  const type = kind !== "json" && list ? ListField : FIELD_CLASSES[kind];
  return new type(reference, encode, scoped);
}
