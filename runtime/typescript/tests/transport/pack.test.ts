import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { PygenClient, token } from "../../src/index.js";
import { bodyOf } from "../../src/transport/pack.js";
import { json } from "../support/fake.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

const LONG = `{"text":"${"é".repeat(600)}"}`;
const utf8 = (body: Uint8Array): string => new TextDecoder().decode(body);

describe("the body of a request", () => {
  it("is compressed from 1,024 bytes on", async () => {
    const short = "x".repeat(1023);
    expect(await bodyOf(short)).toEqual({ body: new TextEncoder().encode(short), gzipped: false });
    for (const text of [`${short}y`, LONG, "é".repeat(1_000_000)]) {
      const { body, gzipped } = await bodyOf(text);
      expect([utf8(gunzipSync(body)), gzipped]).toEqual([text, true]);
      expect(body.byteLength).toBeLessThan(100 + text.length / 100);
    }
  });

  it.each([
    ["scripts of web pages", "location", new URL("https://somewhere.test")],
    ["platforms that cannot compress", "CompressionStream", undefined],
  ])("is sent as it is by %s", async (_, name, value) => {
    vi.stubGlobal(name, value);
    expect(await bodyOf(LONG)).toEqual({ body: new TextEncoder().encode(LONG), gzipped: false });
  });

  it.each([
    [10, null],
    [2000, "gzip"],
  ])("of %d characters says of itself how it is encoded: %s", async (length, encoding) => {
    const seen: [string | null, number][] = [];
    const client = new PygenClient({
      project: "test",
      baseUrl: "http://server.test",
      credentials: token("secret"),
      fetch: (_, { headers, body }) => {
        seen.push([new Headers(headers).get("content-encoding"), (body as Uint8Array).byteLength]);
        return Promise.resolve(json({ items: [] }));
      },
    });
    const filter = { prefix: { property: ["node", "externalId"], value: "a".repeat(length) } };
    await client.instances.pages({ instanceType: "node", filter }).next();
    expect(seen).toEqual([[encoding, client.counters.bytesSent]]);
  });

  it("is not sent when the call is aborted meanwhile", async () => {
    const controller = new AbortController();
    const fetch = vi.fn();
    const client = new PygenClient({ project: "t", baseUrl: "http://server.test", credentials: token("s"), fetch });
    const filter = { prefix: { property: ["node", "externalId"], value: LONG } };
    const { signal } = controller;
    const asked = client.instances.pages({ instanceType: "node", filter }, { signal }).next();
    controller.abort(new Error("enough"));
    await expect(asked).rejects.toThrow("enough");
    expect(fetch).not.toHaveBeenCalled();
  });
});
