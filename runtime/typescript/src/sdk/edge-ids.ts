/** External ids of edges that were given none. */

import { UsageError } from "../errors.js";
import type { NodeId } from "../schema/ids.js";

/** What an edge between two nodes is made of. */
export interface EdgeEnds {
  readonly type: NodeId;
  readonly start: NodeId;
  readonly end: NodeId;
}

const LONGEST = 255; // characters of an external id
const DIGEST = 16;
const ROOM = Math.floor((LONGEST - DIGEST - 2) / 2);

/**
 * `start:end:digest`: to be read by people, the same for the same ends each time, and never the same for two edges. The SDKs in
 * Python make the same ids.
 *
 * @throws UsageError - The platform has no digests: a browser page that did not come over HTTPS.
 */
export async function edgeIdOfEnds({ type, start, end }: EdgeEnds): Promise<string> {
  const whole = [type, start, end].flatMap((id) => [id.space, id.externalId]).join("\0");
  const digest = (await sha256(whole)).slice(0, DIGEST);
  return `${beginning(start.externalId)}:${beginning(end.externalId)}:${digest}`;
}

async function sha256(text: string): Promise<string> {
  // The platform's types promise it everywhere; pages over plain HTTP do not have it.
  const subtle = globalThis.crypto.subtle as SubtleCrypto | undefined;
  if (subtle === undefined) {
    throw new UsageError(
      "this page cannot make ids of edges, for it did not come over HTTPS: give edges an externalId",
    );
  }
  const bytes = new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whole characters, not halves of them. */
function beginning(text: string): string {
  return Array.from(text).slice(0, ROOM).join("");
}
