// The hash of a view's state: MurmurHash3, x86, 32 bits, seed 0, over 32-bit words.

export class StateHash {
  hash = 0;
  words = 0;

  word(word) {
    let mixed = Math.imul(word, 0xcc9e2d51);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593);
    const turned = this.hash ^ mixed;
    this.hash = (Math.imul((turned << 13) | (turned >>> 19), 5) + 0xe6546b64) | 0;
    this.words += 1;
  }

  finish() {
    let hash = this.hash ^ (this.words * 4);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    return (hash ^ (hash >>> 16)) >>> 0;
  }
}
