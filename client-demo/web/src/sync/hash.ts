/**
 * The hash of a view's state, which server and client compare about once a second: MurmurHash3 (x86, 32 bits,
 * seed 0; Austin Appleby, public domain) over 32-bit words.
 */
export class StateHash {
  private state = 0;
  private words = 0;

  /** Mixes one 32-bit word in. */
  word(word: number): void {
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = (mixed << 15) | (mixed >>> 17);
    const hash = this.state ^ Math.imul(mixed, 0x1b873593);
    this.state = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0;
    this.words += 1;
  }

  /** The hash of all words so far, unsigned. */
  finish(): number {
    let h = this.state ^ Math.imul(this.words, 4);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
  }
}
