import { describe, expect, it } from "vitest";
import { FrameError } from "./error";
import { Reader, unzigzag } from "./varint";

const reader = (...bytes: number[]) => new Reader(Uint8Array.from(bytes));

describe("varints", () => {
  it("every width reads back", () => {
    expect(reader(0).u32("x")).toBe(0);
    expect(reader(0x7f).u32("x")).toBe(0x7f);
    expect(reader(0x80, 0x01).u32("x")).toBe(0x80);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x0f).u32("x")).toBe(0xffff_ffff);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x0f).i32("x")).toBe(-0x8000_0000);
    expect(reader(0xfe, 0xff, 0xff, 0xff, 0x0f).i32("x")).toBe(0x7fff_ffff);
    expect([0, 1, 2, 3].map(unzigzag)).toEqual([0, -1, 1, -2]);
  });

  it("overlong and cut varints are errors", () => {
    expect(() => reader(0x80).u32("x")).toThrow(FrameError);
    expect(() => reader(0xff, 0xff, 0xff, 0xff, 0x1f).u32("x")).toThrow("out of range");
    expect(() => reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff).u32("x")).toThrow("out of range");
  });

  it("a count beyond the bytes left is out of range", () => {
    expect(() => reader(3, 0, 0).count(1, "x")).toThrow("out of range");
    expect(reader(2, 0, 0).count(1, "x")).toBe(2);
  });
});
