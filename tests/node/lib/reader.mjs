// Reads the numbers of a frame. Throws when the bytes end too early or a varint is too long.

export class Reader {
  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  u8() {
    if (this.at >= this.bytes.length) {
      throw new Error(`frame of ${this.bytes.length} bytes ends too early`);
    }
    return this.bytes[this.at++];
  }

  u32le() {
    return (this.u8() | (this.u8() << 8) | (this.u8() << 16) | (this.u8() << 24)) >>> 0;
  }

  varint() {
    let value = 0;
    for (let place = 0; place < 5; place++) {
      const byte = this.u8();
      if (place === 4 && byte > 0x0f) {
        break;
      }
      value += (byte & 0x7f) * 2 ** (7 * place);
      if (byte < 0x80) {
        return value;
      }
    }
    throw new Error(`varint before byte ${this.at} exceeds 32 bits`);
  }

  signed() {
    const value = this.varint();
    return (value >>> 1) ^ -(value & 1);
  }

  ids() {
    const ids = [];
    let next = 0;
    for (let left = this.varint(); left > 0; left--) {
      const id = next + this.varint();
      if (id > 0xffff) {
        throw new Error(`id ${id} exceeds 65535`);
      }
      ids.push(id);
      next = id + 1;
    }
    return ids;
  }

  end() {
    if (this.at !== this.bytes.length) {
      throw new Error(`${this.bytes.length - this.at} bytes follow the frame`);
    }
  }
}
