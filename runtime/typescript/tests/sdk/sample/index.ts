/** An SDK as pygen writes one, for the model in `tests/consistency` at the root of the repository; written by hand. */

export * from "./api.js";
export * from "./client.js";
export * from "./types.js";
export * from "./views.js";
