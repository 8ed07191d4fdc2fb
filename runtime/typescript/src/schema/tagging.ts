/** Tags in a JSON text that `JSON.parse` keeps: for integers that a double cannot hold, and for texts that look like tags. */

/** Begins a tagged integer. */
export const INTEGER_TAG = "\0i";
/** Begins a text that begins with NUL. */
export const TEXT_TAG = "\0s";

/** Whole numbers of 16 digits and more, and texts that begin with NUL; perhaps inside of strings, which is looked at then. */
const CANDIDATES = /"\\u0000|(?<![^:,[\s])-?\d{16,}(?![^\],}\s])/g;
const QUOTE = '"';
const BACKSLASH = 92;

/** A JSON text with tags where they are needed; nearly always the text itself. */
export function withTags(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  let outside = 0; // no string is open here, and all before has been looked at
  CANDIDATES.lastIndex = 0;
  for (let found = CANDIDATES.exec(text); found; found = CANDIDATES.exec(text)) {
    const [token] = found;
    outside = afterStrings(text, outside, found.index);
    if (outside > found.index) {
      CANDIDATES.lastIndex = outside;
      continue;
    }
    const tagged = tag(token);
    parts.push(text.slice(copied, found.index), tagged);
    copied = found.index + token.length;
  }
  return parts.length === 0 ? text : parts.join("") + text.slice(copied);
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
