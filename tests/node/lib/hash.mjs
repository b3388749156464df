// The hash of a view's state: sums of what the steps of MurmurHash3 (x86, 32 bits, seed 0) make of rows and entities.

const imul = Math.imul;
const turned = (word, bits) => (word << bits) | (word >>> (32 - bits));

/** The hash of a list of 32-bit words. */
export function murmur(words) {
  let hash = 0;
  for (const word of words) {
    const mixed = imul(turned(imul(word, 0xcc9e2d51), 15), 0x1b873593);
    hash = imul(turned(hash ^ mixed, 13), 5) + 0xe6546b64;
  }
  return finish(hash ^ (words.length * 4));
}

/** The last step alone. */
export function finish(hash) {
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
