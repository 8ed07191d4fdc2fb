/** What people see of things that are printed. */

/** JSON on several lines, with all digits of integers. */
export function readable(value: unknown): string {
  const digits = (_: string, one: unknown): unknown => (typeof one === "bigint" ? `\0${String(one)}` : one);
  return JSON.stringify(value, digits, 2).replace(/"\\u0000(-?\d+)"/g, "$1");
}
