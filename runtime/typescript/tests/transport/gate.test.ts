import { describe, expect, it } from "vitest";
import { Gate, gatesOf } from "../../src/transport/gate.js";
import { limitsOf } from "../../src/transport/limits.js";
import { fault, type Answer, type Outcome } from "../../src/transport/wire.js";
import { UsageError } from "../../src/index.js";
import { FakeClock, turns } from "../support/clock.js";

const never = new AbortController().signal;

function answered(status: number, headers: Record<string, string> = {}): Answer {
  return { type: "answer", status, headers: new Headers(headers), text: "", received: 0 };
}

async function pass(gate: Gate, outcome: Outcome): Promise<void> {
  gate.leave(await gate.enter(never), outcome);
}

describe("Gate", () => {
  it("lets in as many as it has places, in order", async () => {
    const gate = new Gate(2, new FakeClock());
    const entered: number[] = [];
    const enter = async (name: number): Promise<number> => {
      const ticket = await gate.enter(never);
      entered.push(name);
      return ticket;
    };
    const first = enter(1);
    void enter(2);
    void enter(3);
    void enter(4);
    await turns();
    expect(entered).toEqual([1, 2]);
    gate.leave(await first, answered(200));
    await turns();
    expect(entered).toEqual([1, 2, 3]);
  });

  it("gives up the place of who is aborted, while queueing and while the gate is closed", async () => {
    const clock = new FakeClock();
    const gate = new Gate(1, clock);
    const ticket = await gate.enter(never);
    const leaver = new AbortController();
    const queueing = gate.enter(leaver.signal);
    leaver.abort(new Error("enough"));
    await expect(queueing).rejects.toThrow("enough");
    gate.leave(ticket, answered(503, { "retry-after": "60" }));

    const later = new AbortController();
    const closed = gate.enter(later.signal);
    await turns();
    later.abort(new Error("too long"));
    await expect(closed).rejects.toThrow("too long");
    expect(clock.pending).toBe(0);

    await clock.run(pass(gate, answered(200)));
  });

  it("loses places to refusals for load, once for all requests of the same window, and wins them back by answers", async () => {
    const gate = new Gate(10, new FakeClock());
    const tickets = await Promise.all([gate.enter(never), gate.enter(never), gate.enter(never)]);
    for (const ticket of tickets) gate.leave(ticket, answered(429));
    expect(gate.window).toBe(8);
    for (let good = 0; good < 25; good += 1) await pass(gate, answered(200));
    expect(gate.window).toBe(9);
    await pass(gate, answered(429));
    expect(gate.window).toBe(7);
    for (let good = 0; good < 99; good += 1) await pass(gate, answered(200));
    expect(gate.window).toBe(7); // it was too early the last time, so four times the patience
    await pass(gate, answered(200));
    expect(gate.window).toBe(8);
  });

  it("never goes below one place, and rests when even that is too much", async () => {
    const clock = new FakeClock();
    clock.jitter = 1;
    const gate = new Gate(2, clock);
    await pass(gate, answered(429));
    expect(gate.window).toBe(1);
    await pass(gate, answered(429));
    expect([gate.window, gate.closedFor]).toEqual([1, 1000]);
    await clock.run(pass(gate, answered(429)));
    expect(gate.closedFor).toBe(2000);
  });

  it("makes all wait as long as the server asks of one", async () => {
    const clock = new FakeClock();
    const gate = new Gate(2, clock);
    await pass(gate, answered(503, { "retry-after": "30" }));
    const start = clock.now();
    await clock.run(pass(gate, fault("broken", "")));
    expect(clock.now() - start).toBe(30_000);
  });
});

describe("gatesOf", () => {
  it("is shared by clients of a project with the same limits", () => {
    const clock = new FakeClock();
    const gates = gatesOf("http://a", "p", limitsOf(), clock);
    expect(gatesOf("http://a", "p", limitsOf(), clock)).toBe(gates);
    expect(gatesOf("http://a", "q", limitsOf(), clock)).not.toBe(gates);
    expect(gatesOf("http://a", "p", limitsOf({ read: 1 }), clock)).not.toBe(gates);
    expect(gatesOf("http://a", "p", limitsOf(), new FakeClock())).not.toBe(gates);
  });

  it.each([{ read: 0 }, { write: 1.5 }, { delete: NaN }])("needs limits of at least one: %o", (limits) => {
    expect(() => limitsOf(limits)).toThrow(UsageError);
  });
});
