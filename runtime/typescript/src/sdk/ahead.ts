/**
 * Reading ahead: what a relation of one object leads to is fetched for its siblings too, so that a loop over objects is no request
 * for each.
 *
 * It is one request, for as many of the objects as it can answer completely within a page of 1,000 rows. So the first object
 * never waits for more than a page, and memory holds no more than that beside what the program keeps. If that much is not enough
 * for all of them, it is tried for fewer, and at last each is asked for alone.
 */

import { InvalidResponseError, PermissionDeniedError, ServerTimeoutError } from "../errors.js";
import { encodeJson } from "../schema/encode.js";
import type { AnyBranch } from "./branch.js";
import { MOST_IDS, MOST_IN_LISTS, nodeKey } from "./lookup.js";
import type { Found } from "./narrowing.js";
import {
  type Context,
  contextOf,
  includedOf,
  isAhead,
  setAhead,
  setIncluded,
  takeAhead,
  type ViewObject,
} from "./objects.js";
import { idsOf } from "./paths.js";
import { type FoundOf, mostTogether, together } from "./together.js";
import type { Turn } from "./siblings.js";

const FEWER = 8; // of so many objects one is left when the targets of all of them were too many
const MOST_WAYS = 32; // in which the relations of one page are narrowed; more look as if each object had a way of its own

/** How what is found is kept with the objects. */
interface Keeping {
  readonly key: string;
  has(one: ViewObject): boolean;
  put(one: ViewObject, found: readonly Found[]): void;
  take(one: ViewObject): readonly Found[] | undefined;
}

/**
 * What a branch leads to from an object, fetched for it and its siblings together.
 *
 * @param owner - The object.
 * @param branch - Of one that leads to one node at most, the whole relation: the objects keep it, as if it had been included.
 * Otherwise each gives it once, and is asked for alone from then on.
 * @param signal - Ends the waiting, and the request if it is made for this caller.
 * @returns Undefined if it has to be asked for alone.
 */
export async function readAhead(
  owner: ViewObject,
  branch: AnyBranch,
  signal: AbortSignal | undefined,
): Promise<readonly Found[] | undefined> {
  const siblings = contextOf(owner);
  if (siblings === undefined || !siblings.areSeveral) return undefined;
  const keeping = branch.spec.many ? handedOutOnce(branch) : kept(branch);
  const turn = siblings.turn(keeping.key, MOST_WAYS);
  if (turn === undefined) return undefined;
  if (!keeping.has(owner)) {
    const ask = async (): Promise<void> => {
      if (!keeping.has(owner)) await askFor(owner, siblings, branch, keeping, turn, signal);
    };
    await turn.take(ask, signal);
  }
  return keeping.take(owner);
}

function kept({ relation }: AnyBranch): Keeping {
  return {
    key: relation,
    has: (one) => includedOf(one, relation) !== undefined,
    put: (one, found) => {
      setIncluded(one, relation, found);
    },
    take: (one) => includedOf(one, relation),
  };
}

function handedOutOnce({ relation, narrowing }: AnyBranch): Keeping {
  const { filter = null, order, most = null } = narrowing;
  const key = encodeJson([relation, filter, order, most]);
  return {
    key,
    has: (one) => isAhead(one, key),
    put: (one, found) => {
      setAhead(one, key, found);
    },
    take: (one) => takeAhead(one, key),
  };
}

async function askFor(
  owner: ViewObject,
  siblings: Context,
  branch: AnyBranch,
  keeping: Keeping,
  turn: Turn,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (turn.most === 0 || turn.most === 1) return;
  const owners = withSiblings(owner, siblings, branch, keeping, turn.most);
  if (owners.length < 2) return;
  const found = await perhaps(together(owners, branch, { client: siblings.client, signal }));
  if (found === undefined) {
    turn.most = Math.floor(owners.length / FEWER);
    return;
  }
  let targets = 0;
  for (const one of owners) {
    const mine = branch.narrowing.arrange(branch.target, found(one));
    targets += mine.length;
    keeping.put(one, mine);
  }
  if (turn.most !== undefined) turn.most = asManyAsFit(owners.length, targets);
}

/** What fails may do so because of one of the others: each is asked for alone then, and fails alone. */
async function perhaps(asked: Promise<FoundOf | undefined>): Promise<FoundOf | undefined> {
  try {
    return await asked;
  } catch (error) {
    const others = [InvalidResponseError, PermissionDeniedError, ServerTimeoutError];
    if (others.some((kind) => error instanceof kind)) return undefined;
    throw error;
  }
}

/** For how many objects to ask next, when so many had so many targets: a fifth of the page is left for those that have more. */
function asManyAsFit(owners: number, targets: number): number {
  return Math.max(2, Math.min(MOST_IN_LISTS, Math.floor((MOST_IDS * 4 * owners) / (5 * Math.max(targets, 1)))));
}

/** The object, and those of its siblings that are asked for with it. */
function withSiblings(
  owner: ViewObject,
  siblings: Context,
  { spec }: AnyBranch,
  keeping: Keeping,
  most = Infinity,
): readonly ViewObject[] {
  const { via } = spec;
  const limit = Math.min(most, mostTogether(via));
  const found: ViewObject[] = [];
  const ids = new Set<string>();
  for (const one of siblings.beside(owner)) {
    if (one !== owner && keeping.has(one)) continue;
    if (via.via === "direct") for (const id of idsOf(one, via)) ids.add(nodeKey(id));
    if (found.length >= limit || ids.size > MOST_IDS) break;
    found.push(one);
  }
  return found;
}
