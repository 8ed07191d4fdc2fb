import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  AuthenticationError,
  clientCredentials,
  NotReachedError,
  token,
  tokenProvider,
  UsageError,
} from "../../src/index.js";
import type { ClientCredentialsOptions, ProvidedToken } from "../../src/index.js";
import { FakeClock, turns } from "../support/clock.js";
import { FakeServer, hang, json, networkError, type Reply } from "../support/fake.js";

describe("token", () => {
  it("gives what it was given", async () => {
    const credentials = token("abc");
    credentials.invalidate("abc");
    expect(await credentials.token()).toBe("abc");
  });

  it.each(["", "a b", "a\nb", "é"])("refuses %j without showing it", (bad) => {
    expect(() => token(bad)).toThrow(UsageError);
  });
});

describe("tokenProvider", () => {
  it("is asked once at a time, and everybody who waits gets the same", async () => {
    let asked = 0;
    const credentials = tokenProvider(async () => {
      asked += 1;
      await turns();
      return `t${String(asked)}`;
    });
    expect(await Promise.all([credentials.token(), credentials.token(), credentials.token()])).toEqual([
      "t1",
      "t1",
      "t1",
    ]);
    expect(await credentials.token()).toBe("t2");
  });

  it("keeps a token with a lifetime, and renews it ahead of its expiry while others go on with it", async () => {
    const clock = new FakeClock();
    const given: ((token: ProvidedToken) => void)[] = [];
    const credentials = tokenProvider(
      () =>
        new Promise<ProvidedToken>((resolve) => {
          given.push(resolve);
        }),
      { clock },
    );
    const first = credentials.token();
    given[0]?.({ token: "t1", expiresIn: 100 });
    expect(await first).toBe("t1");
    await clock.advance(69_000);
    expect(await credentials.token()).toBe("t1");
    expect(given.length).toBe(1);
    await clock.advance(2_000);
    expect(await Promise.all([credentials.token(), credentials.token()])).toEqual(["t1", "t1"]);
    expect(given.length).toBe(2);
    given[1]?.({ token: "t2", expiresIn: 100 });
    await turns();
    expect(await credentials.token()).toBe("t2");
  });

  it("tries again in a moment when the renewal ahead fails, and tells when there is no good token any more", async () => {
    const clock = new FakeClock();
    let asked = 0;
    const credentials = tokenProvider(
      () => {
        asked += 1;
        if (asked > 1) throw new Error("the provider is down");
        return { token: "t1", expiresIn: 100 };
      },
      { clock },
    );
    expect(await credentials.token()).toBe("t1");
    await clock.advance(80_000);
    expect(await credentials.token()).toBe("t1");
    await turns();
    expect(await credentials.token()).toBe("t1");
    expect(asked).toBe(2);
    await clock.advance(6_000);
    expect(await credentials.token()).toBe("t1");
    await turns();
    expect(asked).toBe(3);
    await clock.advance(20_000);
    await expect(credentials.token()).rejects.toThrow("the provider is down");
  });

  it("asks anew for a token that was refused, unless there is a newer one already, and passes the news on", async () => {
    const clock = new FakeClock();
    const refused: string[] = [];
    let asked = 0;
    const credentials = tokenProvider(() => ({ token: `t${String(++asked)}`, expiresIn: 3600 }), {
      clock,
      refused: (one) => refused.push(one),
    });
    await credentials.token();
    credentials.invalidate("t1");
    expect(await credentials.token()).toBe("t2");
    credentials.invalidate("t1");
    expect(await credentials.token()).toBe("t2");
    expect(refused).toEqual(["t1", "t1"]);
  });

  it("uses a token that lives shorter than the leeway for half of its life", async () => {
    const clock = new FakeClock();
    let asked = 0;
    const credentials = tokenProvider(() => ({ token: `t${String(++asked)}`, expiresIn: 2 }), { clock });
    await credentials.token();
    await clock.advance(900);
    expect(await credentials.token()).toBe("t1");
    await clock.advance(2000);
    expect(await credentials.token()).toBe("t2");
  });

  it.each<[unknown]>([
    [undefined],
    [17],
    [""],
    [{ token: "t" }],
    [{ token: "t", expiresIn: 0 }],
    [{ token: "", expiresIn: 1 }],
  ])("refuses %o", async (bad) => {
    await expect(tokenProvider(() => bad as string).token()).rejects.toThrow(UsageError);
  });
});

describe("clientCredentials", () => {
  const options: ClientCredentialsOptions = {
    tokenUrl: "https://idp.test/oauth/token",
    clientId: "me",
    clientSecret: "s3cret/+",
  };

  function setup(replies: Reply[], more: Partial<ClientCredentialsOptions> = {}) {
    const server = new FakeServer(...replies);
    const clock = new FakeClock();
    return { server, clock, credentials: clientCredentials({ ...options, ...more, fetch: server.fetch, clock }) };
  }

  it("posts a form, and keeps the token as long as it is good", async () => {
    const { server, clock, credentials } = setup(
      [json({ access_token: "a1", expires_in: "3600" }), json({ access_token: "a2", expires_in: 10 })],
      {
        scopes: ["x", "y"],
        audience: "aud",
        extra: { resource: "r" },
      },
    );
    expect(await credentials.token()).toBe("a1");
    expect(await credentials.token()).toBe("a1");
    const [seen] = server.seen;
    expect(Object.fromEntries(new URLSearchParams(seen?.text))).toEqual({
      grant_type: "client_credentials",
      resource: "r",
      scope: "x y",
      audience: "aud",
      client_id: "me",
      client_secret: "s3cret/+",
    });
    credentials.invalidate("a1");
    expect(await credentials.token()).toBe("a2");
    expect(clock.pending).toBe(0);
  });

  it("can say who it is in a header instead", async () => {
    const { server, credentials } = setup([json({ access_token: "a", expires_in: 10 })], { style: "basic" });
    await credentials.token();
    expect(server.seen[0]?.headers.get("authorization")).toBe(`Basic ${btoa("me:s3cret%2F%2B")}`);
    expect(server.seen[0]?.text).toBe("grant_type=client_credentials");
  });

  it("tells a refusal with the provider's code, and no more", async () => {
    const { credentials } = setup([
      json({ error: "invalid_client", error_description: "s3cret/+ is wrong" }, { status: 401 }),
    ]);
    const error: unknown = await credentials.token().catch((one: unknown) => one);
    expect(error).toBeInstanceOf(AuthenticationError);
    expect(String(error)).toContain("invalid_client");
    expect(inspect(error, { depth: 9 })).not.toContain("s3cret");
  });

  it.each<[string, Reply]>([
    ["an html page", new Response("<html>", { status: 400 })],
    ["no token", json({ expires_in: 10 })],
    ["no lifetime", json({ access_token: "a" })],
    ["a strange code", json({ error: "<script>" }, { status: 400 })],
    ["a list", json([])],
  ])("tells an answer with %s", async (_, reply) => {
    await expect(setup([reply]).credentials.token()).rejects.toThrow(AuthenticationError);
  });

  it.each<[string, Reply]>([
    ["500", json({}, { status: 500 })],
    ["429", json({}, { status: 429 })],
    ["no connection", networkError("ECONNREFUSED")],
  ])("takes %s for trouble on the way", async (_, reply) => {
    await expect(setup([reply]).credentials.token()).rejects.toThrow(NotReachedError);
  });

  it("does not wait for ever", async () => {
    const { clock, credentials } = setup([hang]);
    await expect(clock.run(credentials.token())).rejects.toThrow(NotReachedError);
    expect(clock.pending).toBe(0);
  });

  it.each([{ tokenUrl: "not a url" }, { tokenUrl: "ftp://x" }, { clientId: "" }, { clientSecret: "" }])(
    "refuses %o",
    (more) => {
      expect(() => setup([], more)).toThrow(UsageError);
    },
  );

  it("shows no secret", () => {
    const { credentials } = setup([]);
    for (const one of [credentials, token("s3cret"), tokenProvider(() => "s3cret")]) {
      expect(inspect(one, { depth: 9, showHidden: true }) + JSON.stringify(one)).not.toContain("s3cret");
    }
  });
});
