/** Smooth value noise, the same on every visit. */

/** Noise from 0 to 1 at a point; `seed` picks the field. Its cells are one unit wide. */
export function noise(x: number, y: number, seed: number): number {
  const [cx, cy] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [ease(x - cx), ease(y - cy)];
  const top = lattice(cx, cy, seed) * (1 - fx) + lattice(cx + 1, cy, seed) * fx;
  const low = lattice(cx, cy + 1, seed) * (1 - fx) + lattice(cx + 1, cy + 1, seed) * fx;
  return top * (1 - fy) + low * fy;
}

/** Several octaves of {@link noise}, from 0 to 1. */
export function layers(x: number, y: number, seed: number, octaves: number): number {
  let [sum, weight, scale, total] = [0, 1, 1, 0];
  [x, y] = [x * 0.87 - y * 0.5, x * 0.5 + y * 0.87];
  for (let n = 0; n < octaves; n++) {
    sum += noise(x * scale, y * scale, seed + n) * weight;
    total += weight;
    weight *= 0.5;
    scale *= 2.03;
    // Each octave is turned, or the cells' edges would add up to streaks along the axes.
    [x, y] = [x * 0.8 - y * 0.6, x * 0.6 + y * 0.8];
  }
  return sum / total;
}

function lattice(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4_294_967_296;
}

function ease(t: number): number {
  return t * t * (3 - 2 * t);
}
