/** Where bearer tokens come from. No secret appears in any error, text or inspection of these. */

import { NotReachedError, UsageError } from "../errors.js";
import { systemClock, type Clock } from "./clock.js";

/** Milliseconds after which a renewal that failed ahead of the expiry is tried again. */
const RENEW_AGAIN = 5_000;

/** Gives bearer tokens; asked before every request, so it keeps what it has while that is good. */
export interface Credentials {
  /** A token that is good now. */
  token(): Promise<string>;
  /** The server refused this token; do not give it again if another can be had. */
  invalidate(token: string): void;
}

/** A token and how long it is good; what a provider may give, so that it is not asked before every request. */
export interface ProvidedToken {
  /** The bearer token, without the word `Bearer`. */
  readonly token: string;
  /** Seconds from now on that it is good for, as in OAuth. */
  readonly expiresIn: number;
}

/** Settings of a token provider. */
export interface TokenProviderOptions {
  /** Called with a token that the server refused, so that a cache can drop it. */
  readonly refused?: (token: string) => void;
  /** Milliseconds before the expiry from which on a new token is asked for. Default 30,000. */
  readonly leeway?: number;
  /** For tests. */
  readonly clock?: Clock;
}

/**
 * A token that somebody else renews.
 *
 * @param value - The bearer token, without the word `Bearer`.
 * @throws UsageError - The token cannot stand in an HTTP header.
 */
export function token(value: string): Credentials {
  return new StaticToken(value);
}

/**
 * Tokens from a function of yours.
 *
 * @param provide - Gives a text, and is asked before every request; or a token with its `expiresIn`, and is asked again
 * shortly before that. It is never asked twice at the same time: who asks meanwhile gets the same answer.
 */
export function tokenProvider(
  provide: () => string | ProvidedToken | Promise<string | ProvidedToken>,
  options: TokenProviderOptions = {},
): Credentials {
  return new TokenProvider(provide, options);
}

class StaticToken implements Credentials {
  readonly #token: string;

  constructor(value: string) {
    this.#token = checkedToken(value);
  }

  token(): Promise<string> {
    return Promise.resolve(this.#token);
  }

  invalidate(): void {
    // There is only this one.
  }
}

class TokenProvider implements Credentials {
  readonly #kept: Renewed;
  readonly #refused: ((token: string) => void) | undefined;

  constructor(provide: () => string | ProvidedToken | Promise<string | ProvidedToken>, options: TokenProviderOptions) {
    this.#refused = options.refused;
    this.#kept = new Renewed(async () => {
      const given: unknown = await provide();
      return typeof given === "object" && given !== null
        ? providedToken(given)
        : { token: checkedToken(given), lifetime: 0 };
    }, options);
  }

  token(): Promise<string> {
    return this.#kept.token();
  }

  invalidate(refused: string): void {
    this.#kept.invalidate(refused);
    this.#refused?.(refused);
  }
}

/** A token, and the milliseconds that it is good for; with 0 it is good for those who wait for it. */
export interface FreshToken {
  readonly token: string;
  readonly lifetime: number;
}

/**
 * A token kept until shortly before it expires, and renewed once at a time, on a clock that no change of the date disturbs.
 *
 * While it is renewed ahead of its expiry, everybody goes on with the one there is; if that fails it is tried again in a
 * moment. Who has to wait for a renewal shares its outcome, good or bad.
 */
export class Renewed implements Credentials {
  readonly #renew: () => Promise<FreshToken>;
  readonly #leeway: number;
  readonly #clock: Clock;
  #token = "";
  #stale = -Infinity;
  #expires = -Infinity;
  #renewing: Promise<string> | undefined;

  constructor(renew: () => Promise<FreshToken>, options: { leeway?: number; clock?: Clock } = {}) {
    this.#renew = renew;
    this.#leeway = options.leeway ?? 30_000;
    this.#clock = options.clock ?? systemClock;
  }

  async token(): Promise<string> {
    if (this.#isGood(this.#stale)) return this.#token;
    this.#renewing ??= this.#renewOnce().finally(() => {
      this.#renewing = undefined;
    });
    if (!this.#isGood(this.#expires)) return this.#renewing;
    // Nobody waits for this renewal; if it fails, whoever needs a token once this one has expired is told.
    this.#renewing.catch(() => undefined);
    return this.#token;
  }

  /** Forget this token, unless it has been replaced already. */
  invalidate(refused: string): void {
    if (refused === this.#token) this.#token = "";
  }

  async #renewOnce(): Promise<string> {
    const asked = this.#clock.now();
    try {
      const { token: value, lifetime } = await this.#renew();
      this.#token = checkedToken(value);
      this.#expires = asked + lifetime;
      // A token that lives shorter than twice the leeway would never count as good.
      this.#stale = asked + Math.max(lifetime - this.#leeway, lifetime / 2);
    } catch (error) {
      const good = this.#isGood(this.#expires);
      if (good) this.#stale = this.#clock.now() + RENEW_AGAIN;
      if (!(good && error instanceof NotReachedError)) throw error;
    }
    return this.#token;
  }

  #isGood(until: number): boolean {
    return this.#token !== "" && this.#clock.now() < until;
  }
}

/**
 * A token as given, if it can stand in a header; the message of the error never shows it.
 *
 * @throws UsageError - It is no text, empty, or holds spaces, line ends or other characters that no token has.
 */
export function checkedToken(value: unknown): string {
  if (typeof value !== "string") throw new UsageError(`a token must be a text, not ${typeof value}`);
  if (!/^[\x21-\x7e]+$/.test(value)) {
    throw new UsageError("the token is empty or holds characters that no token has, such as a space or a line end");
  }
  return value;
}

function providedToken(given: object): FreshToken {
  const { token: value, expiresIn } = given as Partial<Record<keyof ProvidedToken, unknown>>;
  if (typeof expiresIn !== "number" || !(expiresIn > 0)) {
    throw new UsageError("a token provider gives a text, or a token with expiresIn: a number of seconds, more than 0");
  }
  return { token: checkedToken(value), lifetime: expiresIn * 1000 };
}
