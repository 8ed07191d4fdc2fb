/** Starts one local server for all tests, if Python with pygen is there. */

import type { TestProject } from "vitest/node";
import { findPygen, startServer, type Command } from "./python.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** How to call pygen; undefined if it is not there. */
    readonly pygen: Command | undefined;
    /** The shared server. */
    readonly serverUrl: string | undefined;
  }
}

export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const pygen = findPygen();
  project.provide("pygen", pygen);
  if (!pygen) {
    const what = "no pygen was found: set PYGEN, or `pip install cdf-pygen[cli]`";
    if (process.env.PYGEN_REQUIRE_INTEROP === "1") throw new Error(what);
    console.warn(`Tests against the local server are skipped: ${what}`);
    project.provide("serverUrl", undefined);
    return undefined;
  }
  const server = await startServer(pygen);
  project.provide("serverUrl", server.url);
  return () => server.stop();
}
