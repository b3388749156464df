// Named checks run one after the other, each with a limit on its time; and waiting for events.

/** How long anything may take, in milliseconds. */
const PATIENCE = 5_000;

/** @param {unknown} condition @param {string} message */
export function check(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

/** Compares by JSON, with bytes as lists of numbers. */
export function same(got, wanted, what) {
  const text = (value) => JSON.stringify(value, (_, it) => (isBytes(it) ? [...new Uint8Array(bytesOf(it))] : it));
  // Buffers have a toJSON of their own, which runs before the replacer: so they are replaced one level above.
  const plain = (value) => {
    if (isBytes(value)) {
      return { bytes: [...bytesOf(value)] };
    }
    if (Array.isArray(value)) {
      return value.map(plain);
    }
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, plain(it)]));
    }
    return value;
  };
  const [left, right] = [text(plain(got)), text(plain(wanted))];
  check(left === right, `${what}: ${left}, not ${right}`);
}

const isBytes = (value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);
const bytesOf = (value) => new Uint8Array(value.buffer ?? value, value.byteOffset ?? 0, value.byteLength);

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** The promise, or an error after a while. */
export function within(promise, what, patience = PATIENCE) {
  let timer;
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Error(`waited too long for ${what}`)), patience);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The arguments of the next event. */
export function next(emitter, event) {
  return within(new Promise((done) => emitter.once(event, (...args) => done(args))), `the event ${event}`);
}

/** The arguments of the acknowledgement. */
export function asked(socket, event, ...args) {
  return within(new Promise((done) => socket.emit(event, ...args, (...answer) => done(answer))), `the answer to ${event}`);
}

/**
 * Runs all scenarios, prints a line for each, and ends the process.
 * @param {[string, () => Promise<void>][]} scenarios
 */
export async function run(scenarios) {
  let failed = 0;
  for (const [name, scenario] of scenarios) {
    try {
      await within(scenario(), "the scenario to end", 3 * PATIENCE);
      console.log(`ok    ${name}`);
    } catch (error) {
      failed += 1;
      const place = error.stack?.split("\n").find((line) => line.includes(".mjs:") && !line.includes("node_modules"));
      console.log(`FAIL  ${name}: ${error.message}${place ? ` (${place.trim()})` : ""}`);
    }
  }
  process.exit(failed === 0 && scenarios.length > 0 ? 0 : 1);
}
