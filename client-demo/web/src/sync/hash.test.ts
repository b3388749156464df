import { expect, it } from "vitest";
import { StateHash } from "./hash";

it("it is murmur3", () => {
  // Reference values: MurmurHash3_x86_32 of "" and of the four bytes "test", seed 0.
  expect(new StateHash().finish()).toBe(0);
  const hash = new StateHash();
  hash.word(0x74736574);
  expect(hash.finish()).toBe(0xba6bd213);
});

it("negative words hash as their two's complement", () => {
  const [a, b] = [new StateHash(), new StateHash()];
  a.word(-1);
  b.word(0xffff_ffff);
  expect(a.finish()).toBe(b.finish());
});
