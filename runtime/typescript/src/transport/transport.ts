/** From a request to a typed reply or a typed error: with a token, within limits, again after trouble, and not for ever. */

import { NotReachedError, PygenError, RateLimitedError } from "../errors.js";
import { parseJson, type JsonValue } from "../schema/json.js";
import { sleep, untilAborted } from "./abort.js";
import { Meter, type Counters } from "./counters.js";
import { Course } from "./course.js";
import { checkedToken, type Credentials } from "./credentials.js";
import type { AttemptEvent } from "./events.js";
import { gatesOf, type Gate, type Gates } from "./gate.js";
import type { Operation } from "./limits.js";
import { bodyOf } from "./pack.js";
import { RetryBudget, verdictOn } from "./retry.js";
import type { Settings } from "./settings.js";
import {
  fault,
  faultReason,
  isOk,
  leavesOpen,
  requestIdOf,
  type Answer,
  type Outcome,
  type Wire,
  type WireRequest,
} from "./wire.js";

/** A request to send as often as it takes. */
export interface Call<T> {
  /** Below the project, such as `/models/instances/list`. */
  readonly path: string;
  /** Whose limit it counts against. */
  readonly operation: Operation;
  /** JSON. */
  readonly body: string;
  /**
   * Reads the answer.
   *
   * @throws ShapeError - It is not of the shape that the contract gives.
   */
  readonly read: (json: JsonValue) => T;
  /** Called when a try ends that the server may have acted on, although it did not say so, whatever comes of later tries. */
  readonly lost?: () => void;
}

/** An answer is not of the shape that the contract gives. */
export class ShapeError extends Error {}

/** What a transport and its views have in common. */
interface Shared {
  readonly wire: Wire;
  readonly credentials: Credentials;
  readonly gates: Gates;
  readonly budget: RetryBudget;
  readonly meter: Meter;
}

interface Tried<T> {
  readonly outcome: Outcome;
  readonly token: string;
  readonly reply?: { readonly value: T };
}

/** Sends requests to one project. */
export class Transport {
  readonly #shared: Shared;
  readonly #settings: Settings;

  private constructor(shared: Shared, settings: Settings) {
    this.#shared = shared;
    this.#settings = settings;
  }

  /** A transport of its own. */
  static over(wire: Wire, credentials: Credentials, baseUrl: string, project: string, settings: Settings): Transport {
    const gates = gatesOf(baseUrl, project, settings.limits, settings.clock);
    return new Transport({ wire, credentials, gates, budget: new RetryBudget(), meter: new Meter() }, settings);
  }

  /** A view: the same tokens, limits and counters, but other time-outs and retries. */
  withSettings(settings: Settings): Transport {
    return new Transport(this.#shared, settings);
  }

  /** What was done so far, by this transport and its views. */
  get counters(): Counters {
    return this.#shared.meter.snapshot();
  }

  /** Somebody asks for, or sends, so many items at once from now on, for the counters. */
  tellSize(items: number): void {
    this.#shared.meter.resized(items);
  }

  /**
   * Send a request, as often as it takes, and read the answer.
   *
   * @throws ApiError - The server refused; the subclass says how.
   * @throws TransportError - No whole, readable answer came, or not in time.
   * @throws The reason of the signal, as soon as it is aborted.
   */
  async call<T>(call: Call<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted(); // who has aborted sends nothing any more
    const body = await bodyOf(call.body);
    const request: WireRequest = { method: "POST", path: call.path, ...body, readTimeout: this.#settings.readTimeout };
    const course = new Course({ ...call, method: request.method }, this.#settings, signal);
    try {
      return await this.#untilDone(call, request, course);
    } catch (error) {
      throw course.translate(error);
    } finally {
      course.close();
    }
  }

  async #untilDone<T>(call: Call<T>, request: WireRequest, course: Course): Promise<T> {
    let price = 0;
    let replayed = false;
    for (;;) {
      const { outcome, token, reply } = await this.#try(call, request, course);
      if (reply) {
        this.#shared.budget.repay(price);
        return reply.value;
      }
      course.ended(outcome);
      if (outcome.type === "answer" && outcome.status === 401 && !replayed) {
        this.#shared.credentials.invalidate(token);
        replayed = true;
        this.#tellRetry(outcome, course, 0);
      } else {
        const { wait, paid } = this.#settleOrWait(outcome, course);
        price = paid || price;
        this.#tellRetry(outcome, course, wait);
        await sleep(this.#settings.clock, wait, course.signal);
      }
      course.again();
    }
  }

  /** One try: what came of it, the token it was made with, and the reply if it is one. */
  async #try<T>(call: Call<T>, request: WireRequest, course: Course): Promise<Tried<T>> {
    const gate = this.#shared.gates.of(call.operation);
    this.#refuseIfClosed(gate, course);
    const asked = this.#settings.clock.now();
    // The token first: a slow token server must not keep others from sending.
    const token = await this.#token(course.signal);
    if (typeof token !== "string") return { outcome: token, token: "" };
    const entered = await gate.enter(course.signal);
    let outcome: Outcome | undefined;
    try {
      course.signal.throwIfAborted();
      outcome = await this.#send(request, token, course, asked, call);
    } finally {
      gate.leave(entered, outcome);
    }
    return outcome.type === "answer" && isOk(outcome) ? readIn(outcome, token, call) : { outcome, token };
  }

  /** A token, or why there is none: trouble on the way to the token endpoint is as transient as that on the way to the API. */
  async #token(signal: AbortSignal): Promise<string | Outcome> {
    try {
      return checkedToken(await untilAborted(this.#shared.credentials.token(), signal));
    } catch (error) {
      if (error instanceof NotReachedError) return fault("connect", error.message);
      throw error;
    }
  }

  async #send(
    request: WireRequest,
    token: string,
    course: Course,
    asked: number,
    call: Call<unknown>,
  ): Promise<Outcome> {
    const { clock } = this.#settings;
    const { attempt } = course;
    const started = clock.now();
    let outcome: Outcome | undefined;
    this.#tell({ type: "started", attempt, sent: request.body.byteLength });
    try {
      outcome = await this.#shared.wire.send(request, token, course.signal);
      return outcome;
    } finally {
      if (!outcome || leavesOpen(outcome)) call.lost?.();
      this.#tell({
        type: "ended",
        attempt,
        status: outcome?.status ?? 0,
        requestId: outcome && requestIdOf(outcome),
        error: outcome ? faultReason(outcome) : "it was not finished",
        queued: started - asked,
        duration: clock.now() - started,
        received: outcome?.received ?? 0,
      });
    }
  }

  /** The server may have asked another request of this kind for a longer wait than anybody wants. */
  #refuseIfClosed(gate: Gate, course: Course): void {
    const { closedFor } = gate;
    const longest = this.#settings.retry.longestRetryAfter;
    if (closedFor <= longest) return;
    const asked = `the server asked all ${course.attempt.operation} requests to wait ${(closedFor / 1000).toFixed(0)} s more`;
    throw new RateLimitedError(
      {
        detail: `not sent: ${asked}, and ${String(longest / 1000)} s is the most allowed`,
        hint: "ask again later, or allow more with retries: { longestRetryAfter }",
      },
      { ...course.facts(), status: 429, attempts: course.attempt.number - 1 },
    );
  }

  /** Milliseconds to wait until the next try, and what the retry costs; throws if there is to be none. */
  #settleOrWait(outcome: Outcome, course: Course): { wait: number; paid: number } {
    const { retry, clock } = this.#settings;
    const { wait, why } = verdictOn(outcome, retry, course.triesLike(outcome), clock.random());
    if (wait === undefined) throw course.errorOf(outcome, why);
    const paid = this.#shared.budget.spend(outcome);
    if (paid === undefined) {
      throw course.errorOf(outcome, "this client has used up its retries; the server seems to be in trouble");
    }
    if (wait >= course.left) throw course.tooLate();
    return { wait, paid };
  }

  #tellRetry(outcome: Outcome, course: Course, wait: number): void {
    const { status } = outcome;
    const error = faultReason(outcome);
    this.#tell({ type: "retry", attempt: course.attempt, status, requestId: requestIdOf(outcome), error, wait });
  }

  #tell(event: AttemptEvent): void {
    this.#shared.meter.count(event);
    try {
      this.#settings.onAttempt?.(event);
    } catch (error) {
      // eslint-disable-next-line no-console -- a hook that fails must not fail a request, nor go unnoticed
      console.error("pygen: the hook onAttempt failed; the request goes on", error);
    }
  }
}

/** The reply in an answer. What is no JSON counts as a fault of the way; JSON of a wrong shape does not. */
function readIn<T>(answer: Answer, token: string, call: Call<T>): Tried<T> {
  const { text, received } = answer;
  const failed = (kind: "cut" | "unreadable" | "unexpected", reason: string): Tried<T> => {
    call.lost?.();
    return {
      outcome: { ...fault(kind, reason, undefined, received), status: answer.status, requestId: requestIdOf(answer) },
      token,
    };
  };
  let json: JsonValue;
  try {
    json = parseJson(text);
  } catch {
    // What begins as JSON and is none was cut: platforms hand over cut bodies as if nothing had happened.
    return /^\s*([[{]|$)/.test(text) ? failed("cut", "its JSON ends early") : failed("unreadable", "it is no JSON");
  }
  try {
    return { outcome: answer, token, reply: { value: call.read(json) } };
  } catch (error) {
    if (error instanceof PygenError || !(error instanceof ShapeError)) throw error;
    return failed("unexpected", `it is not what was expected: ${error.message}`);
  }
}
