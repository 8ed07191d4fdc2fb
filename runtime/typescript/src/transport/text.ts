/** A server's words, made fit to be shown. */

const LONGEST = 2000;
// Control, format (which can turn text around), surrogate and private characters, and line separators.
const NOT_PRINTABLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** One line without control characters, of bounded length: nothing here can rewrite a terminal or forge a log line. */
export function printable(text: string): string {
  return text.slice(0, LONGEST).replace(NOT_PRINTABLE, " ").replace(/\s+/g, " ").trim();
}
