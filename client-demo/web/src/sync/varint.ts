/**
 * Variable-length integers: seven bits a byte, lowest first, the top bit set on all bytes but the last.
 * Signed numbers are zigzagged first, so that small negative numbers stay short.
 */
import { FrameError, outOfRange } from "./error";

/** Most bytes of one 32-bit varint. */
const MAX_BYTES = 5;

/** The inverse of zigzag: 0, 1, 2, 3 become 0, -1, 1, -2. */
export function unzigzag(value: number): number {
  return (value >>> 1) ^ -(value & 1);
}

/** Reads a frame from its start; every read is checked. */
export class Reader {
  private at = 0;

  constructor(private readonly bytes: Uint8Array) {}

  /** Bytes not read yet. */
  get remaining(): number {
    return this.bytes.length - this.at;
  }

  /** One byte. `what` names the part in the error. */
  u8(what: string): number {
    if (this.at >= this.bytes.length) {
      throw new FrameError("truncated", `the frame ends after ${this.bytes.length} bytes, inside ${what}`);
    }
    return this.bytes[this.at++];
  }

  /** Four bytes, lowest first. */
  u32le(what: string): number {
    let value = 0;
    for (let shift = 0; shift < 32; shift += 8) value |= this.u8(what) << shift;
    return value >>> 0;
  }

  /** So many bytes as they are; they share the frame's memory. */
  take(count: number, what: string): Uint8Array {
    if (count > this.remaining) {
      throw new FrameError("truncated", `the frame ends after ${this.bytes.length} bytes, inside ${what}`);
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** A varint; one that needs more than 32 bits is out of range. */
  u32(what: string): number {
    let value = 0;
    let scale = 1;
    for (let place = 0; place < MAX_BYTES; place++) {
      const byte = this.u8(what);
      // Multiplied, not shifted: a shift would drop the bits above 32 that make the number out of range.
      value += (byte & 0x7f) * scale;
      if ((byte & 0x80) === 0) {
        if (value > 0xffff_ffff) throw outOfRange(what, value);
        return value;
      }
      scale *= 128;
    }
    throw outOfRange(what, value);
  }

  /** A zigzagged varint. */
  i32(what: string): number {
    return unzigzag(this.u32(what));
  }

  /** A count of things that take at least `bytesEach` bytes, so that a count never exceeds what the frame can hold. */
  count(bytesEach: number, what: string): number {
    const count = this.u32(what);
    if (count * bytesEach > this.remaining) throw outOfRange(what, count);
    return count;
  }
}
