/** What people see of things that are printed: what they are, and neither how they work nor what the client keeps to itself. */

const inspect: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** What shows itself as one line, in `console.log`, texts and JSON. */
export abstract class Shown {
  abstract toString(): string;

  toJSON(): unknown {
    return this.toString();
  }

  [inspect](): string {
    return this.toString();
  }
}

/** JSON on several lines, with all digits of integers. */
export function readable(value: unknown): string {
  const digits = (_: string, one: unknown): unknown => (typeof one === "bigint" ? `\0${String(one)}` : one);
  return JSON.stringify(value, digits, 2).replace(/"\\u0000(-?\d+)"/g, "$1");
}
