import { expect, it } from "vitest";
import { Quality } from "./quality";

const play = (quality: Quality, frameMs: number, frames: number) => {
  for (let n = 0; n < frames; n++) quality.sample(frameMs);
  return quality.resolution;
};

it("a machine that keeps up draws all pixels", () => {
  expect(play(new Quality(2, "GeForce"), 16, 1_000)).toBe(2);
});

it("a slow machine draws fewer, step by step, but never less than half", () => {
  const quality = new Quality(2, "GeForce");
  expect(play(quality, 50, 20)).toBeCloseTo(1.44);
  expect(play(quality, 50, 1_000)).toBe(0.5);
});

it("one stall lowers nothing", () => {
  const quality = new Quality(1, "GeForce");
  quality.sample(250);
  expect(play(quality, 16, 200)).toBe(1);
});

it("a driver that draws on the processor starts low", () => {
  expect(new Quality(2, "ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device))").resolution).toBe(0.5);
});
