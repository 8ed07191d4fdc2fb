/** One project over `fetch`: tokens, limits, retries, deadlines, counters. */

export type { Clock } from "./clock.js";
export { systemClock } from "./clock.js";
export type { Counters } from "./counters.js";
export { token, tokenProvider } from "./credentials.js";
export type { Credentials, ProvidedToken, TokenProviderOptions } from "./credentials.js";
export type { Attempt, AttemptEnded, AttemptEvent, AttemptHook, AttemptStarted, RetryScheduled } from "./events.js";
export type { Fetch } from "./fetch.js";
export type { Limits, Operation } from "./limits.js";
export { clientCredentials } from "./oauth.js";
export type { ClientCredentialsOptions } from "./oauth.js";
export type { RetryPolicy } from "./retry.js";
export type { CallSettings, ClientOptions } from "./settings.js";
