import { expect, it } from "vitest";
import { entityHash, RowHash } from "./hash";

const of = (...words: number[]) => {
  const hash = new RowHash();
  hash.begin(words[0]);
  for (const word of words.slice(1)) hash.word(word);
  return hash.finish();
};

it("hashes a row by murmur3", () => {
  // Reference value: MurmurHash3_x86_32 of the four bytes "test", seed 0.
  expect(of(0x74736574) >>> 0).toBe(0xba6bd213);
});

it("negative words hash as their two's complement", () => {
  expect(of(0, -1)).toBe(of(0, 0xffff_ffff));
});

it("tells who has which row", () => {
  const [one, other] = [of(0, 1), of(0, 2)];
  expect(entityHash(0, one) + entityHash(1, other)).not.toBe(entityHash(0, other) + entityHash(1, one));
  expect(entityHash(0, 0)).not.toBe(0);
});
