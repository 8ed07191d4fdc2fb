/** Tags in a JSON text that `JSON.parse` keeps: for integers that a double cannot hold, and for texts that look like tags. */

/** Begins a tagged integer. */
export const INTEGER_TAG = "\0i";
/** Begins a text that begins with NUL. */
export const TEXT_TAG = "\0s";

const NUL = "\\u0000";
/** Integers of fewer digits are exact as doubles. */
const LONG = 16;
const QUOTE = '"';
const BACKSLASH = 92;
const MINUS = 45;
const [ZERO, NINE] = [48, 57];

interface Span {
  readonly start: number;
  readonly end: number;
}

/** A JSON text with tags where they are needed; nearly always the text itself. */
export function withTags(text: string): string {
  const nextText = remembered((from) => textWithNul(text, from));
  const nextInteger = remembered((from) => longInteger(text, from));
  const parts: string[] = [];
  let from = 0;
  let copied = 0;
  let outside = 0; // no string is open here
  for (;;) {
    const found = earlier(nextText(from), nextInteger(from));
    if (!found) return parts.length === 0 ? text : parts.join("") + text.slice(copied);
    outside = afterStrings(text, outside, found.start);
    from = outside;
    if (outside > found.start) continue;
    parts.push(text.slice(copied, found.start), tag(text.slice(found.start, found.end)));
    from = copied = found.end;
  }
}

/** What finds the next of a kind, and looks again only when that has been passed. */
function remembered(find: (from: number) => Span | undefined): (from: number) => Span | undefined {
  let next = find(0);
  return (from) => {
    if (next && next.start < from) next = find(from);
    return next;
  };
}

function earlier(one: Span | undefined, other: Span | undefined): Span | undefined {
  return one && other && other.start < one.start ? other : (one ?? other);
}

/** The next string that begins with NUL; perhaps a quote inside of a string, which is looked at then. */
function textWithNul(text: string, from: number): Span | undefined {
  for (let at = text.indexOf(NUL, from); at !== -1; at = text.indexOf(NUL, at + 1)) {
    if (text[at - 1] === QUOTE) return { start: at - 1, end: at + NUL.length };
  }
  return undefined;
}

/**
 * The next whole number of 16 digits and more; perhaps inside of a string, which is looked at then.
 *
 * So many digits in a row lie across one of every 16 characters, and the others need not be looked at: this goes through
 * every page of every stream, and an expression that looks at all of them takes half as long as `JSON.parse`.
 */
function longInteger(text: string, from: number): Span | undefined {
  for (let at = from + LONG - 1; at < text.length; at += LONG) {
    if (!isDigit(text, at)) continue;
    let start = at;
    while (start > from && isDigit(text, start - 1)) start -= 1;
    while (isDigit(text, at + 1)) at += 1;
    if (text.charCodeAt(start - 1) === MINUS) start -= 1;
    if (at + 1 - start >= LONG && standsAlone(text, start, at + 1)) return { start, end: at + 1 };
  }
  return undefined;
}

function isDigit(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= ZERO && code <= NINE;
}

/** Whether this is a value: no fraction, no exponent, and no part of a word. */
function standsAlone(text: string, start: number, end: number): boolean {
  return /^$|[:,[\s]/.test(text.charAt(start - 1)) && /^$|[\],}\s]/.test(text.charAt(end));
}

function tag(token: string): string {
  if (token.startsWith(QUOTE)) return '"\\u0000s\\u0000';
  return Number.isSafeInteger(Number(token)) ? token : `"\\u0000i${token}"`;
}

/** Step over all strings that begin before an index; where the last one ends, which is beyond the index if that is inside. */
function afterStrings(text: string, outside: number, index: number): number {
  let at = outside;
  for (let open = text.indexOf(QUOTE, at); open !== -1 && open < index; open = text.indexOf(QUOTE, at)) {
    at = closingQuote(text, open) + 1;
  }
  return at;
}

function closingQuote(text: string, open: number): number {
  for (let close = text.indexOf(QUOTE, open + 1); close !== -1; close = text.indexOf(QUOTE, close + 1)) {
    let slashes = 0;
    while (text.charCodeAt(close - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return close;
  }
  return text.length; // it is cut short, which `JSON.parse` will say
}
