/** Warnings of the platform, such as of listeners that pile up, are errors. */

import { afterEach, expect } from "vitest";

const warnings: Error[] = [];
process.on("warning", (warning) => {
  warnings.push(warning);
});

afterEach(() => {
  expect(warnings.splice(0)).toEqual([]);
});
