import { describe, expect, it } from "vitest";
import { UsageError } from "../../src/index.js";
import { backOff, RetryBudget, retryAfter, retryPolicyOf, verdictOn } from "../../src/transport/retry.js";
import { fault, type Answer, type FaultKind } from "../../src/transport/wire.js";

function answered(status: number, headers: Record<string, string> = {}): Answer {
  return { type: "answer", status, headers: new Headers(headers), text: "", received: 0 };
}

const POLICY = retryPolicyOf();

describe("retryAfter", () => {
  const date = "Wed, 21 Oct 2026 07:28:00 GMT";
  it.each([
    [{ "retry-after": "3" }, 3000],
    [{ "retry-after": " 0.5 " }, 500],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:10 GMT", date }, 10_000],
    [{ "retry-after": date, date }, 0],
    [{ "retry-after": "Wed, 21 Oct 2026 07:27:50 GMT", date }, undefined],
    [{ "retry-after": "Wed, 21 Oct 2026 07:28:10 GMT" }, undefined],
    [{ "retry-after": "Wed, 99 Oct 2026 07:28:10 GMT", date }, undefined],
    [{ "retry-after": "-3" }, undefined],
    [{ "retry-after": "NaN" }, undefined],
    [{ "retry-after": "Infinity" }, undefined],
    [{ "retry-after": "1e3" }, undefined],
    [{ "retry-after": "5 apples", date }, undefined],
    [{ "retry-after": "" }, undefined],
    [{}, undefined],
  ])("reads %o", (headers, wanted) => {
    expect(retryAfter(new Headers(headers))).toBe(wanted);
  });
});

describe("verdictOn", () => {
  it("doubles the wait with full jitter, up to the longest", () => {
    const waits = [1, 2, 3, 9].map((tries) => verdictOn(answered(503), POLICY, tries, 1).wait);
    expect(waits).toEqual([500, 1000, 2000, 60_000]);
    expect(verdictOn(answered(503), POLICY, 2, 0.25).wait).toBe(250);
    expect(backOff(POLICY, 10_000, 1)).toBe(60_000);
  });

  it("takes Retry-After as a floor, whatever the status", () => {
    expect(verdictOn(answered(503, { "retry-after": "7" }), POLICY, 1, 1).wait).toBe(7000);
    expect(verdictOn(answered(429, { "retry-after": "0" }), POLICY, 1, 0.5).wait).toBe(250);
  });

  it("does not wait longer than allowed", () => {
    const verdict = verdictOn(answered(429, { "retry-after": "121" }), POLICY, 1, 1);
    expect(verdict.wait).toBeUndefined();
    expect(verdict.why).toContain("121 s");
  });

  it.each([429, 502, 503, 504])("tries %d again", (status) => {
    expect(verdictOn(answered(status), POLICY, 1, 1).wait).toBeDefined();
  });

  it.each([400, 401, 403, 404, 408, 409, 413, 500, 501])("settles for %d", (status) => {
    expect(verdictOn(answered(status), POLICY, 1, 1).wait).toBeUndefined();
  });

  it("obeys cdf-is-auto-retryable, if it says true", () => {
    expect(verdictOn(answered(500, { "cdf-is-auto-retryable": " True " }), POLICY, 1, 1).wait).toBeDefined();
    expect(verdictOn(answered(500, { "cdf-is-auto-retryable": "false" }), POLICY, 1, 1).wait).toBeUndefined();
  });

  it.each<[FaultKind, number]>([
    ["hopeless", 1],
    ["unexpected", 1],
    ["unreadable", 2],
    ["connect", 4],
    ["unreached", 4],
    ["broken", 10],
    ["timeout", 10],
    ["cut", 10],
  ])("allows a fault of kind %s %d tries", (kind, tries) => {
    expect(verdictOn(fault(kind, ""), POLICY, tries, 1).wait).toBeUndefined();
    if (tries > 1) expect(verdictOn(fault(kind, ""), POLICY, tries - 1, 1).wait).toBeDefined();
  });

  it("never tries again with retries: 0", () => {
    const none = retryPolicyOf(0);
    for (const outcome of [answered(503), answered(429), fault("broken", ""), fault("connect", "")]) {
      expect(verdictOn(outcome, none, 1, 1).wait).toBeUndefined();
    }
  });
});

describe("retryPolicyOf", () => {
  it.each([-1, 1.5, NaN, { attempts: 0 }, { firstWait: -1 }, { busyAttempts: NaN }, { longestRetryAfter: NaN }])(
    "refuses %o",
    (given) => {
      expect(() => retryPolicyOf(given)).toThrow(UsageError);
    },
  );
});

describe("RetryBudget", () => {
  it("is spent by failures, not by refusals for load, and paid back by successes", () => {
    const budget = new RetryBudget(20);
    expect(budget.spend(answered(429))).toBe(0);
    expect(budget.spend(fault("timeout", ""))).toBe(10);
    expect([budget.spend(answered(503)), budget.spend(answered(503)), budget.spend(answered(503))]).toEqual([
      5,
      5,
      undefined,
    ]);
    budget.repay(5);
    expect(budget.spend(answered(503))).toBe(5);
    for (let success = 0; success < 5; success += 1) budget.repay(0);
    expect(budget.spend(answered(503))).toBe(5);
  });
});
