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

  bytesOf(count) {
    return Array.from({ length: count }, () => this.u8());
  }

  ids() {
    const head = this.varint();
    const count = head >>> 2;
    const form = head & 3;
    const ids = [];
    let next = 0;
    const add = (gap) => {
      const id = next + gap;
      if (id > 0xffff) {
        throw new Error(`id ${id} exceeds 65535`);
      }
      ids.push(id);
      next = id + 1;
    };
    if (form === 0) {
      for (let left = count; left > 0; left--) {
        add(this.varint());
      }
    } else if (form === 1) {
      while (ids.length < count) {
        add(this.varint());
        for (let more = this.varint(); more > 0; more--) {
          add(0);
        }
      }
      if (ids.length > count) {
        throw new Error(`a run goes past the ${count} ids of its list`);
      }
    } else if (form === 2) {
      const halves = this.bytesOf(Math.ceil(count / 2)).flatMap((byte) => [byte & 15, byte >> 4]);
      for (const half of halves.slice(0, count)) {
        add(half === 15 ? 15 + this.varint() : half);
      }
    } else {
      throw new Error(`an id list has no form ${form}`);
    }
    return ids;
  }

  /** The numbers of a section, column by column. `form` holds the bits *columns* and *zeros* of its place. */
  numbers(rows, columns, form, unsigned) {
    const number = () => (unsigned ? this.varint() : this.signed());
    const all = rows * columns;
    if (form === 0) {
      return Array.from({ length: all }, number);
    }
    if (form === 0x40) {
      const bits = this.bytesOf(Math.ceil(all / 8));
      return Array.from({ length: all }, (_, at) => ((bits[at >> 3] >> (at & 7)) & 1 ? number() : 0));
    }
    if (form !== 0x20) {
      throw new Error("a section of two forms");
    }
    const forms = this.bytesOf(Math.ceil(columns / 4));
    return Array.from({ length: columns }, (_, at) => {
      const of = (forms[at >> 2] >> ((at & 3) * 2)) & 3;
      if (of === 0) {
        return Array.from({ length: rows }, number);
      }
      if (of === 1) {
        return this.#repeats(rows, number);
      }
      if (of === 2) {
        return this.#packed(rows, number());
      }
      throw new Error(`a column has no form ${of}`);
    }).flat();
  }

  #repeats(rows, number) {
    const column = [];
    while (column.length < rows) {
      const value = number();
      const count = 1 + this.varint();
      if (count > rows - column.length) {
        throw new Error(`a number repeats past the ${rows} rows`);
      }
      column.push(...Array.from({ length: count }, () => value));
    }
    return column;
  }

  #packed(rows, least) {
    const width = this.u8();
    if (width > 24) {
      throw new Error(`${width} bits are too many`);
    }
    const bytes = this.bytesOf(Math.ceil((rows * width) / 8));
    return Array.from({ length: rows }, (_, row) => {
      let more = 0;
      for (let bit = 0; bit < width; bit++) {
        const at = row * width + bit;
        more += ((bytes[at >> 3] >> (at & 7)) & 1) << bit;
      }
      return least + more;
    });
  }

  end() {
    if (this.at !== this.bytes.length) {
      throw new Error(`${this.bytes.length - this.at} bytes follow the frame`);
    }
  }
}
