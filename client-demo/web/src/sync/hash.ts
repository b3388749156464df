/**
 * The hash of a view's state, which server and client compare about once a second: PROTOCOL.md, "Hash". A sum over
 * entities of what comes of the sum over their components; the steps are those of MurmurHash3 (x86, 32 bits, seed 0;
 * Austin Appleby, public domain).
 */

/** Spreads neighbouring ids over all numbers. */
const SPREAD = 0x9e3779b1;

/** The hash of the component at `place`, whose columns are given one by one. */
export class RowHash {
  private state = 0;
  private words = 0;

  /** Begins anew. */
  begin(place: number): void {
    this.state = 0;
    this.words = 0;
    this.word(place);
  }

  /** Mixes one column in. */
  word(word: number): void {
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = (mixed << 15) | (mixed >>> 17);
    const hash = this.state ^ Math.imul(mixed, 0x1b873593);
    this.state = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    this.words += 1;
  }

  /** What the component adds to its entity, signed. */
  finish(): number {
    return finished(this.state ^ (this.words * 4));
  }
}

/** What an entity adds to the state, signed, given the sum of its components. */
export function entityHash(id: number, rows: number): number {
  return finished(rows ^ Math.imul(id + 1, SPREAD));
}

function finished(hash: number): number {
  let h = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
