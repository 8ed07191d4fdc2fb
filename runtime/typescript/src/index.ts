/** The runtime of the TypeScript SDKs that pygen generates: client, credentials, errors and the contract's types. */

export * from "./client/index.js";
export * from "./errors.js";
export * from "./schema/index.js";
export * from "./transport/index.js";
export { VERSION } from "./version.js";
