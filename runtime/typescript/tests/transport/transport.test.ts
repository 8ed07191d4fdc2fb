import { inspect } from "node:util";
import { describe, expect, it, vi } from "vitest";
import {
  ApiError,
  AuthenticationError,
  ConflictError,
  DeadlineError,
  InvalidResponseError,
  NotFoundError,
  NotReachedError,
  PermissionDeniedError,
  PygenClient,
  PygenError,
  RateLimitedError,
  ServerError,
  ServerTimeoutError,
  token,
  tokenProvider,
  UsageError,
  viewReference,
  type AttemptEvent,
  type RawInstance,
  type RequestError,
} from "../../src/index.js";
import { FakeClock, turns } from "../support/clock.js";
import {
  FakeServer,
  hang,
  json,
  networkError,
  rawNode,
  refusal,
  setup,
  type Reply,
  type Setup,
} from "../support/fake.js";

const FOUND = json({ items: [rawNode("a")] });
const REQUEST = { items: [{ instanceType: "node", space: "s", externalId: "a" }] } as const;

function ask({ client }: Setup, signal?: AbortSignal): Promise<readonly RawInstance[]> {
  return client.instances.byIds(REQUEST, signal ? { signal } : {});
}

async function failure(setup_: Setup, signal?: AbortSignal): Promise<RequestError> {
  const error: unknown = await setup_.clock.run(ask(setup_, signal)).then(
    () => undefined,
    (one: unknown) => one,
  );
  expect(error).toBeInstanceOf(PygenError);
  expect([setup_.clock.pending, setup_.client.counters.underWay]).toEqual([0, 0]);
  return error as RequestError;
}

describe("a call", () => {
  it("survives transient trouble of every kind", async () => {
    const cut = (): Response => json('{"items":[');
    const trouble: Reply[] = [
      refusal(503),
      refusal(502),
      refusal(504),
      refusal(429),
      networkError("ECONNRESET"),
      cut,
      json(""),
    ];
    const one = setup([...trouble, FOUND]);
    expect(await one.clock.run(ask(one))).toHaveLength(1);
    expect(one.client.counters).toMatchObject({
      requests: 8,
      retries: 7,
      refusals: 4,
      rateLimited: 1,
      failures: 1,
      waits: 7,
    });
    expect(one.clock.pending).toBe(0);
  });

  it("waits with full jitter, never less than the server asks", async () => {
    const one = setup([refusal(503), refusal(503), refusal(503, "", { "retry-after": "9" }), FOUND]);
    await one.clock.run(ask(one));
    expect(one.client.counters.waited).toBe(250 + 500 + 9000);
  });

  it.each<[number, new (...args: never[]) => ApiError, number]>([
    [400, ApiError, 1],
    [403, PermissionDeniedError, 1],
    [404, NotFoundError, 1],
    [409, ConflictError, 1],
    [429, RateLimitedError, 100],
    [500, ServerError, 1],
    [503, ServerError, 10],
  ])("rejects with what %d means, after as many tries as it is worth", async (status, kind, attempts) => {
    const one = setup([refusal(status, "no way")], { timeout: Infinity });
    const error = await failure(one);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({
      status,
      attempts,
      requestId: "req-1",
      method: "POST",
      path: "/models/instances/byids",
    });
    expect(error.message).toMatch(/answered \d+.*no way.*; .*\[request id req-1\]$/);
    expect(error.name).toBe(error.constructor.name);
  });

  it("knows a version conflict by its text, and reads what is missing", async () => {
    const conflict = await failure(setup([refusal(400, "A version conflict caused the ingest to fail.")]));
    expect(conflict).toBeInstanceOf(ConflictError);
    const said = { error: { message: "x", missing: [{ externalId: "a" }, 3], duplicated: 4 } };
    const error = await failure(setup([json(said, { status: 400 })]));
    expect(error).toMatchObject({ detail: "x", missing: [{ externalId: "a" }], duplicated: [] });
  });

  it.each<[Response, string]>([
    [new Response("<h1>\u001b[31mBad\u202e gateway</h1>\n", { status: 400 }), "this text: <h1> [31mBad gateway</h1>;"],
    [json({ error: "plain" }, { status: 400 }), "answered 400: plain;"],
    [json([], { status: 400 }), "no explanation"],
    [new Response("", { status: 400 }), "no explanation;"],
  ])("reads whatever explains a refusal", async (reply, wanted) => {
    expect((await failure(setup([reply]))).message).toContain(wanted);
  });

  it("tells an answer that is no JSON, or of another shape", async () => {
    const page = await failure(setup([new Response("<html>", { headers: { "content-type": "text/html" } })]));
    expect(page).toBeInstanceOf(InvalidResponseError);
    expect([page.attempts, page.status]).toEqual([2, 200]);
    const text = await failure(setup([new Response("hello", { headers: { "x-request-id": "r" } })]));
    expect([text.attempts, text.requestId]).toEqual([2, "r"]);
    for (const shape of [
      {},
      [],
      { items: {} },
      { items: [1] },
      { items: [{}] },
      { items: [{ ...rawNode("a"), version: "1" }] },
      { items: [], nextCursor: 3 },
    ]) {
      const error = await failure(setup([json(shape)]));
      expect(error).toBeInstanceOf(InvalidResponseError);
      expect(error.attempts).toBe(1);
    }
  });

  it("gives up soon when there is no connection", async () => {
    const error = await failure(setup([networkError("ECONNREFUSED")]));
    expect(error).toBeInstanceOf(NotReachedError);
    expect([error.attempts, error.status]).toEqual([4, 0]);
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("does not wait longer for the server than is allowed, nor do others of its kind", async () => {
    const one = setup([refusal(429, "busy", { "retry-after": "500" }), FOUND]);
    expect((await failure(one)).message).toContain("500 s");
    const next = await failure(one);
    expect(next).toBeInstanceOf(RateLimitedError);
    expect([next.attempts, next.message]).toEqual([0, expect.stringContaining("not sent")]);
    await one.clock.advance(390_000);
    expect(await one.clock.run(ask(one))).toHaveLength(1);
  });

  it("ends when its time is over, while sending, waiting for a place and waiting to try again", async () => {
    const sending = await failure(setup([hang], { timeout: 5000 }));
    expect(sending).toBeInstanceOf(DeadlineError);
    expect([sending.elapsed, sending.attempts]).toEqual([5000, 1]);

    const waiting = await failure(setup([refusal(503, "", { "retry-after": "4" })], { timeout: 5000 }));
    expect(waiting).toBeInstanceOf(DeadlineError);
    expect([waiting.requestId, waiting.status]).toEqual(["req-1", 503]);
    expect(waiting.message).toContain("the last to end: 503");

    const one = setup([hang], { timeout: 5000, limits: { read: 1 } });
    const both = Promise.allSettled([ask(one), ask(one)]);
    expect(
      (await one.clock.run(both)).map((each) => each.status === "rejected" && each.reason instanceof DeadlineError),
    ).toEqual([true, true]);
  });

  it("stops trying when the client has used up its retries", async () => {
    const one = setup([refusal(503)], { retries: { attempts: 1000, firstWait: 1 }, timeout: Infinity });
    const error = await failure(one);
    expect(error.message).toContain("used up its retries");
    expect(error.attempts).toBe(101);
  });

  it("looks through another client's eyes, with other options", async () => {
    const one = setup([refusal(503)]);
    const impatient = one.client.withOptions({ retries: 0, timeout: 1000, pageSize: 10 });
    await expect(one.clock.run(impatient.instances.byIds(REQUEST))).rejects.toThrow(ServerError);
    expect(one.server.seen).toHaveLength(1);
    expect(one.client.counters).toEqual(impatient.counters);
    expect([impatient.project, impatient.baseUrl]).toEqual(["test", "http://server.test"]);
    expect(() => one.client.withOptions({ timeout: 0 })).toThrow(UsageError);
  });
});

describe("a token that is refused", () => {
  function withTokens(...replies: Reply[]): Setup & { given: string[] } {
    const given: string[] = [];
    const one = setup(replies);
    const credentials = tokenProvider(() => ({
      token: given[given.push(`t${String(given.length + 1)}`) - 1] ?? "",
      expiresIn: 3600,
    }));
    const client = new PygenClient({
      project: "p",
      baseUrl: "http://x.test",
      credentials,
      fetch: one.server.fetch,
      clock: one.clock,
    });
    return { ...one, client, given };
  }

  it("is replaced once, at once", async () => {
    const one = withTokens(refusal(401), FOUND);
    await one.clock.run(ask(one));
    expect(one.server.seen.map((seen) => seen.headers.get("authorization"))).toEqual(["Bearer t1", "Bearer t2"]);
    expect(one.client.counters.waits).toBe(0);
  });

  it("is an error if the next one is refused too", async () => {
    const one = withTokens(refusal(401));
    const error = await failure(one);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(one.server.seen).toHaveLength(2);
  });

  it("is replaced once for all who had it", async () => {
    const one = withTokens((seen) =>
      seen.headers.get("authorization") === "Bearer t1" ? refusal(401) : FOUND.clone(),
    );
    await one.clock.run(Promise.all([ask(one), ask(one), ask(one)]));
    expect(one.given).toEqual(["t1", "t2"]);
  });
});

describe("credentials", () => {
  it("that cannot be had for trouble on the way are tried again", async () => {
    let asked = 0;
    const one = setup([FOUND]);
    const credentials = {
      token: () => (++asked < 3 ? Promise.reject(new NotReachedError("no token")) : Promise.resolve("t")),
      invalidate: () => undefined,
    };
    const client = new PygenClient({
      project: "p",
      baseUrl: "http://x.test",
      credentials,
      fetch: one.server.fetch,
      clock: one.clock,
    });
    expect(await one.clock.run(ask({ ...one, client }))).toHaveLength(1);
    expect(asked).toBe(3);
  });

  it("that throw are told as they are, and nothing is sent", async () => {
    const one = setup([FOUND]);
    const credentials = tokenProvider(() => Promise.reject(new Error("no login")));
    const client = new PygenClient({
      project: "p",
      baseUrl: "http://x.test",
      credentials,
      fetch: one.server.fetch,
      clock: one.clock,
    });
    await expect(ask({ ...one, client })).rejects.toThrow("no login");
    expect(one.server.seen).toHaveLength(0);
  });
});

describe("credentials of somebody's own", () => {
  it("are not believed to be fit for a header", async () => {
    const one = setup([FOUND]);
    const credentials = { token: () => Promise.resolve("secret\nhost: evil"), invalidate: () => undefined };
    const client = new PygenClient({
      project: "p",
      baseUrl: "http://x.test",
      credentials,
      fetch: one.server.fetch,
      clock: one.clock,
    });
    const error: unknown = await ask({ ...one, client }).catch((each: unknown) => each);
    expect(error).toBeInstanceOf(UsageError);
    expect([inspect(error).includes("secret"), one.server.seen.length]).toEqual([false, 0]);
  });
});

describe("an abort", () => {
  it("beforehand sends nothing", async () => {
    const one = setup([FOUND]);
    await expect(ask(one, AbortSignal.abort("no"))).rejects.toBe("no");
    expect(one.server.seen).toHaveLength(0);
  });

  it.each<[string, Reply, (one: Setup) => Promise<unknown>]>([
    ["while sending", hang, () => turns()],
    ["while waiting to try again", refusal(503), () => turns()],
    [
      "while others have all places",
      hang,
      async (one) => {
        for (let other = 0; other < 4; other += 1) ask(one, AbortSignal.timeout(0)).catch(() => undefined);
        await Promise.resolve();
      },
    ],
  ])("%s rejects with the reason, and leaves nothing behind", async (_, reply, meanwhile) => {
    const one = setup([reply]);
    const before = meanwhile.length > 0 ? meanwhile(one) : undefined;
    const stop = new AbortController();
    const asking = ask(one, stop.signal);
    asking.catch(() => undefined);
    await (before ?? meanwhile(one));
    const reason = new Error("enough");
    stop.abort(reason);
    await expect(asking).rejects.toBe(reason);
    await vi.waitFor(() => {
      expect([one.clock.pending, one.server.underWay, one.client.counters.underWay]).toEqual([0, 0, 0]);
    });
  });

  it("while a token is fetched leaves the others to it", async () => {
    const one = setup([FOUND]);
    let give: (value: string) => void = () => undefined;
    const credentials = tokenProvider(() => new Promise<string>((resolve) => (give = resolve)));
    const client = new PygenClient({
      project: "p",
      baseUrl: "http://x.test",
      credentials,
      fetch: one.server.fetch,
      clock: one.clock,
    });
    const stop = new AbortController();
    const [leaver, stayer] = [ask({ ...one, client }, stop.signal), ask({ ...one, client })];
    await turns();
    stop.abort("enough");
    await expect(leaver).rejects.toBe("enough");
    give("t");
    expect(await stayer).toHaveLength(1);
  });

  it("leaves no listener on a signal that is used again and again", async () => {
    const one = setup([FOUND]);
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    await Promise.all(Array.from({ length: 20 }, () => ask(one, signal)));
    expect(added.mock.calls.length).toBeGreaterThan(0);
    expect(removed.mock.calls.length).toBe(added.mock.calls.length);
  });
});

describe("what is told of a call", () => {
  it("goes to the hook and the counters", async () => {
    const events: AttemptEvent[] = [];
    const one = setup([refusal(503), networkError("ECONNRESET"), FOUND], { onAttempt: (event) => events.push(event) });
    await one.clock.run(ask(one));
    expect(events.map((event) => [event.type, event.attempt.number])).toEqual([
      ["started", 1],
      ["ended", 1],
      ["retry", 1],
      ["started", 2],
      ["ended", 2],
      ["retry", 2],
      ["started", 3],
      ["ended", 3],
    ]);
    expect(events[1]).toMatchObject({
      status: 503,
      requestId: "req-1",
      error: undefined,
      attempt: { operation: "read", path: "/models/instances/byids" },
    });
    expect(events[4]).toMatchObject({ status: 0, error: expect.stringContaining("ECONNRESET") as string });
    expect(new Set(events.map((event) => event.attempt.call)).size).toBe(1);
    expect(one.client.counters.bytesSent).toBe(3 * (one.server.seen[0]?.text.length ?? 0));
  });

  it("does not fail with the hook", async () => {
    const shown = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const one = setup([FOUND], {
      onAttempt: () => {
        throw new Error("broken hook");
      },
    });
    expect(await one.clock.run(ask(one))).toHaveLength(1);
    expect(shown).toHaveBeenCalledTimes(2);
  });

  it("holds no secret, in errors, events and inspections", async () => {
    const events: AttemptEvent[] = [];
    const one = setup([refusal(401, "bad token"), new TypeError("Bearer secret-token is bad")], {
      onAttempt: (event) => events.push(event),
    });
    const error = await failure(one);
    const shown = [
      error,
      error.stack,
      error.cause,
      events,
      one.client,
      one.client.instances,
      JSON.stringify(one.client),
    ];
    expect(inspect(shown, { depth: 20, showHidden: true })).not.toContain("secret-token");
  });
});

describe("limits", () => {
  it("hold for each kind of operation apart, and over all clients of a project", async () => {
    const one = setup([hang], { limits: { read: 2, search: 1 } });
    const other = new PygenClient({
      project: "test",
      baseUrl: "http://server.test",
      credentials: token("t"),
      fetch: one.server.fetch,
      clock: one.clock,
      limits: { read: 2, search: 1 },
    });
    const stop = new AbortController();
    const options = { signal: stop.signal };
    const view = viewReference({ space: "s", externalId: "V", version: "1" });
    const all = [
      ...[one.client, other, one.client].map((client) => client.instances.byIds(REQUEST, options)),
      ...[one.client, other].map((client) => client.instances.search({ view }, options)),
    ];
    await turns();
    expect(one.server.seen.map((seen) => seen.path).sort()).toEqual([
      "/models/instances/byids",
      "/models/instances/byids",
      "/models/instances/search",
    ]);
    stop.abort();
    expect((await Promise.allSettled(all)).every((each) => each.status === "rejected")).toBe(true);
  });
});

describe("PygenClient", () => {
  const good = { project: "p", baseUrl: "https://x.test/", credentials: token("t") };

  it("knows its project", () => {
    expect(new PygenClient(good).baseUrl).toBe("https://x.test");
    expect(new PygenClient({ project: "p", cluster: "westeurope-1", credentials: token("t") }).baseUrl).toBe(
      "https://westeurope-1.cognitedata.com",
    );
  });

  it.each([
    { project: "" },
    { baseUrl: "nonsense" },
    { baseUrl: "ftp://x" },
    { baseUrl: "https://me:secret@x.test" },
    { baseUrl: "https://x.test?a" },
    { cluster: "a" },
    { timeout: 0 },
    { timeout: NaN },
    { readTimeout: -1 },
    { pageSize: 0 },
    { pageSize: 1001 },
    { appName: "é" },
    { retries: -1 },
    { limits: { read: 0 } },
  ])("refuses %o", (bad) => {
    expect(() => new PygenClient({ ...good, ...bad })).toThrow(UsageError);
  });

  it("refuses a client without a server, or with a strange one", () => {
    const { project, credentials } = good;
    expect(() => new PygenClient({ project, credentials })).toThrow(UsageError);
    expect(() => new PygenClient({ project, credentials, cluster: "evil.test/x" })).toThrow(UsageError);
  });

  it("uses the fetch of the platform, as it is when it asks", async () => {
    const server = new FakeServer(FOUND);
    vi.stubGlobal("fetch", server.fetch);
    const client = new PygenClient({ ...good, clock: new FakeClock() });
    expect(await client.instances.byIds(REQUEST)).toHaveLength(1);
    vi.unstubAllGlobals();
  });

  it("rejects with ServerTimeoutError when a single row is too heavy", async () => {
    const error = await failure(setup([refusal(408)]));
    expect(error).toBeInstanceOf(ServerTimeoutError);
    expect(error.message).toContain("reduced to a single item");
  });
});
