import { describe, expect, it } from "vitest";
import { exchange, FetchWire } from "../../src/transport/fetch.js";
import { leavesOpen, type FaultKind, type Outcome, type WireRequest } from "../../src/transport/wire.js";
import { FakeClock, turns } from "../support/clock.js";
import { FakeServer, hang, json, networkError, type Reply } from "../support/fake.js";

const REQUEST: WireRequest = {
  method: "POST",
  path: "/models/instances/list",
  body: new TextEncoder().encode("{}"),
  gzipped: false,
  readTimeout: 60_000,
};

async function send(reply: Reply, clock = new FakeClock()): Promise<Outcome> {
  const server = new FakeServer(reply);
  const wire = new FetchWire("http://server.test", "a project", "my app", server.fetch, clock);
  const outcome = await clock.run(wire.send(REQUEST, "secret-token", new AbortController().signal));
  expect(clock.pending).toBe(0);
  return outcome;
}

/** A body in pieces, with something done before each. */
function body(
  pieces: readonly (string | Uint8Array | Error)[],
  before: () => Promise<void> = () => Promise.resolve(),
): ReadableStream<Uint8Array> {
  const left = [...pieces];
  return new ReadableStream(
    {
      async pull(controller) {
        await before();
        const piece = left.shift();
        if (piece === undefined) controller.close();
        else if (piece instanceof Error) controller.error(piece);
        else controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      },
    },
    { highWaterMark: 0 },
  );
}

const JSON_TYPE = { "content-type": "application/json" };

describe("FetchWire", () => {
  it("says who asks, and what for", async () => {
    const server = new FakeServer(json({}));
    const wire = new FetchWire("http://server.test", "a project", "my app", server.fetch, new FakeClock());
    await wire.send(REQUEST, "secret-token", new AbortController().signal);
    const [seen] = server.seen;
    expect(seen?.url).toBe("http://server.test/api/v1/projects/a%20project/models/instances/list");
    expect(Object.fromEntries(seen?.headers ?? [])).toMatchObject({
      authorization: "Bearer secret-token",
      "content-type": "application/json",
      "x-cdp-app": "my app",
      "x-cdp-sdk": expect.stringMatching(/^pygen-typescript:\d/) as string,
    });
  });

  it("reads an answer in pieces", async () => {
    const outcome = await send(
      () =>
        new Response(body(['{"a":"', new Uint8Array([0xc3]), new Uint8Array([0xa9]), '"}']), { headers: JSON_TYPE }),
    );
    expect(outcome).toMatchObject({ type: "answer", status: 200, text: '{"a":"é"}', received: 10 });
  });

  it.each<[string, Reply, FaultKind]>([
    ["fewer bytes than announced", new Response("{}", { headers: { ...JSON_TYPE, "content-length": "3" } }), "cut"],
    ["more bytes than announced", new Response("{}", { headers: { ...JSON_TYPE, "content-length": "1" } }), "cut"],
    [
      "a page instead of JSON",
      new Response("<html>", { headers: { "content-type": "text/html; charset=utf-8" } }),
      "unreadable",
    ],
    [
      "a redirection",
      new Response(null, { status: 302, headers: { location: "https://elsewhere.test" } }),
      "unreadable",
    ],
    ["a redirection as browsers show it", () => Response.error(), "unreadable"],
    ["what is no UTF-8", new Response(new Uint8Array([0x22, 0xff, 0x22]), { headers: JSON_TYPE }), "unreadable"],
    [
      "a connection that breaks",
      () => new Response(body(['{"a', new Error("reset")]), { headers: JSON_TYPE }),
      "broken",
    ],
    ["a refused connection", networkError("ECONNREFUSED"), "connect"],
    ["an unknown host", networkError("ENOTFOUND"), "connect"],
    ["a reset", networkError("ECONNRESET"), "broken"],
    ["what browsers tell", new TypeError("Failed to fetch"), "unreached"],
    ["a time-out of the platform", networkError("UND_ERR_HEADERS_TIMEOUT"), "timeout"],
    ["a certificate that is not trusted", networkError("SELF_SIGNED_CERT_IN_CHAIN"), "hopeless"],
    ["silence", hang, "timeout"],
  ])("tells %s", async (_, reply, kind) => {
    const outcome = await send(reply);
    expect(outcome).toMatchObject({ type: "fault", kind });
    expect(leavesOpen(outcome)).toBe(kind !== "connect" && kind !== "hopeless");
  });

  it("does not compare the length of packed bodies, nor lengths that are no numbers, nor those of another origin", async () => {
    for (const headers of [{ "content-length": "9", "content-encoding": "gzip" }, { "content-length": "x" }]) {
      expect(await send(new Response("{}", { headers: { ...JSON_TYPE, ...headers } }))).toMatchObject({
        type: "answer",
      });
    }
    const foreign = (): Response =>
      Object.defineProperty(new Response("{}", { headers: { ...JSON_TYPE, "content-length": "9" } }), "type", {
        value: "cors",
      });
    expect(await send(foreign)).toMatchObject({ type: "answer" });
  });

  it("takes a refusal for what it is, also without what explains it", async () => {
    const outcome = await send(
      () => new Response(body(["{", new Error("reset")]), { status: 503, headers: { "x-request-id": "r" } }),
    );
    expect(outcome).toMatchObject({ type: "answer", status: 503, text: "" });
    expect(await send(new Response(new Uint8Array([0x61, 0xff]), { status: 500 }))).toMatchObject({ text: "a\uFFFD" });
    expect(await send(new Response(null, { status: 204 }))).toMatchObject({ type: "answer", text: "" });
  });

  it("waits for a slow body as long as something comes, and not longer", async () => {
    const clock = new FakeClock();
    const slow = (wait: number) => (): Response =>
      new Response(
        body(["{", '"a"', ":", "1", "}"], () => new Promise((resolve) => void clock.after(wait, resolve))),
        { headers: JSON_TYPE },
      );
    expect(await send(slow(50_000), clock)).toMatchObject({ type: "answer", text: '{"a":1}' });
    const stuck = (): Response =>
      new Response(
        body(["{"], () => new Promise(() => undefined)),
        { headers: JSON_TYPE },
      );
    expect(await send(stuck)).toMatchObject({ type: "fault", kind: "timeout", status: 0 });
  });

  it("shows no token in what went wrong", async () => {
    const outcome = await send(new TypeError("bad header 'Bearer secret-token'"));
    expect(outcome.type === "fault" && outcome.reason).toContain("bad header 'Bearer ***'");
  });

  it("rejects with the reason of its caller, while waiting for the head and for the body", async () => {
    for (const reply of [hang, (): Response => new Response(body(["{"], () => new Promise(() => undefined)))]) {
      const stop = new AbortController();
      const clock = new FakeClock();
      const server = new FakeServer(reply);
      const patience = { clock, readTimeout: 1000, signal: stop.signal };
      const sending = exchange(server.fetch, "http://x.test/", { method: "POST", body: "" }, patience);
      await turns();
      stop.abort("enough");
      await expect(sending).rejects.toBe("enough");
      expect([clock.pending, server.seen[0]?.signal.aborted]).toEqual([0, true]);
    }
  });

  it("says why a connection to several addresses failed", async () => {
    const several = new AggregateError([
      Object.assign(new Error("connect ECONNREFUSED ::1:80"), { code: "ECONNREFUSED" }),
    ]);
    expect(await send(new TypeError("fetch failed", { cause: several }))).toMatchObject({
      kind: "connect",
      reason: expect.stringContaining("connect ECONNREFUSED ::1:80") as string,
    });
    const thrower = (): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- what a fetch of somebody's own may throw
      throw "odd";
    };
    expect(await send(thrower)).toMatchObject({ kind: "broken", reason: expect.stringContaining("odd") as string });
  });
});
