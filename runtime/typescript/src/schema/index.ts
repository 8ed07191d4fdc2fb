/** The contract of the API in types: no input or output. */

export * from "./encode.js";
export * from "./filters.js";
export * from "./ids.js";
export * from "./instances.js";
export * from "./json.js";
export * from "./queries.js";
export * from "./requests.js";
