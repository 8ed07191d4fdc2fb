/** OAuth 2.0 client credentials, with any token URL (contract §1.2). */

import { AuthenticationError, NotReachedError, UsageError, type RequestFacts } from "../errors.js";
import { isObject, parseJson, type JsonObject } from "../schema/json.js";
import { systemClock, type Clock } from "./clock.js";
import { Renewed, type Credentials, type FreshToken } from "./credentials.js";
import { exchange, platformFetch, type Fetch } from "./fetch.js";
import { isOk, type Answer } from "./wire.js";

const TIMEOUT = 30_000;

/** Who an application is, and where it gets its tokens. */
export interface ClientCredentialsOptions {
  /** The token endpoint of the identity provider. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Entra ID wants `https://<cluster>.cognitedata.com/.default`. */
  readonly scopes?: string | readonly string[];
  /** Some providers, such as Auth0, want one. */
  readonly audience?: string;
  /** Further form fields that the provider wants. */
  readonly extra?: Readonly<Record<string, string>>;
  /** Where the id and the secret go: in the form, which is the default, or in a `Basic` header. */
  readonly style?: "form" | "basic";
  /** Milliseconds before the expiry from which on a new token is fetched. Default 30,000. */
  readonly leeway?: number;
  /** Used instead of the platform's. */
  readonly fetch?: Fetch;
  /** For tests. */
  readonly clock?: Clock;
}

/**
 * Tokens for an application, fetched with its id and secret. For servers: a web page cannot keep a secret.
 *
 * @throws UsageError - An option cannot work.
 */
export function clientCredentials(options: ClientCredentialsOptions): Credentials {
  return new ClientCredentials(options);
}

class ClientCredentials implements Credentials {
  readonly #url: URL;
  readonly #init: RequestInit;
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #kept: Renewed;

  constructor(options: ClientCredentialsOptions) {
    this.#url = checkedUrl(options.tokenUrl);
    if (!options.clientId || !options.clientSecret) throw new UsageError("clientId and clientSecret must not be empty");
    this.#init = formOf(options);
    this.#fetch = options.fetch ?? platformFetch;
    this.#clock = options.clock ?? systemClock;
    this.#kept = new Renewed(() => this.#ask(), options);
  }

  token(): Promise<string> {
    return this.#kept.token();
  }

  invalidate(refused: string): void {
    this.#kept.invalidate(refused);
  }

  async #ask(): Promise<FreshToken> {
    const outcome = await exchange(this.#fetch, this.#url.href, this.#init, {
      clock: this.#clock,
      readTimeout: TIMEOUT,
      signal: new AbortController().signal, // others may wait for the same token
    });
    if (outcome.type === "fault") throw this.#notReached("no usable answer");
    if (outcome.status === 429 || outcome.status >= 500)
      throw this.#notReached(`it answered ${String(outcome.status)}`);
    return this.#read(outcome);
  }

  #read(answer: Answer): FreshToken {
    const fields = objectIn(answer.text);
    if (!isOk(answer)) {
      const code =
        typeof fields.error === "string" && /^[\w.-]{1,64}$/.test(fields.error) ? fields.error : "no OAuth error code";
      throw this.#refused(answer, `refused the client credentials: ${code}`);
    }
    // By the standard `expires_in` is a number; with some providers it is a text.
    const lifetime = Number(fields.expires_in) * 1000;
    if (typeof fields.access_token !== "string" || !(lifetime > 0)) {
      throw this.#refused(answer, "answered without a usable access_token and expires_in");
    }
    return { token: fields.access_token, lifetime };
  }

  #refused(answer: Answer, what: string): AuthenticationError {
    return new AuthenticationError(
      {
        detail: `the token endpoint at ${this.#url.host} ${what}`,
        hint: "check token URL, client id, secret, scopes and audience",
      },
      this.#facts(answer.status),
    );
  }

  #notReached(reason: string): NotReachedError {
    return new NotReachedError(`no token from the token endpoint at ${this.#url.host}: ${reason}`, this.#facts(0));
  }

  #facts(status: number): RequestFacts {
    return { method: "POST", path: this.#url.pathname, attempts: 1, elapsed: 0, status, requestId: undefined };
  }
}

function formOf(options: ClientCredentialsOptions): RequestInit {
  const { clientId, clientSecret, scopes = "", audience = "", extra = {} } = options;
  const scope = typeof scopes === "string" ? scopes : scopes.join(" ");
  const basic = options.style === "basic";
  const form = new URLSearchParams({ grant_type: "client_credentials", ...extra });
  const given = { scope, audience, ...(basic ? {} : { client_id: clientId, client_secret: clientSecret }) };
  for (const [name, value] of Object.entries(given)) if (value !== "") form.set(name, value);
  const headers: Record<string, string> = {
    accept: "application/json",
    "content-type": "application/x-www-form-urlencoded",
  };
  if (basic)
    headers.authorization = `Basic ${btoa(`${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`)}`;
  return { method: "POST", headers, body: form.toString(), redirect: "manual" };
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || url?.protocol === "http:") return url;
  throw new UsageError("tokenUrl must be an absolute URL such as https://login.example.com/oauth2/token");
}

function objectIn(text: string): JsonObject {
  try {
    const found = parseJson(text);
    return isObject(found) ? found : {};
  } catch {
    return {};
  }
}
