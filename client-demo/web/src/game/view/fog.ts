/**
 * The fog of war: one quad over the map whose shader reads how visible each tile is. Tiles fade rather than switch,
 * and the edge between them is smoothed and frayed.
 */
import { BufferImageSource, Geometry, GlProgram, Mesh, Shader, UniformGroup } from "pixi.js";
import { layers } from "../art/noise";
import type { Vision } from "../state/vision";

/** Milliseconds in which a tile clears or dims by about two thirds. */
const FADE_MS = 160;
/** Tiles by which the fog reaches beyond the map, so that its edge does not end in a line. */
const APRON = 40;
/** Tiles around a tile that decide how fog looks on it: the spline's reach, and what noise adds to it. */
const CLEAR = 3;
/** Side of the noise, in pixels and in cells. */
const NOISE_SIDE = 128;
const NOISE_CELLS = 26;

const VERTEX = `
in vec2 aPosition;
out vec2 vTile;
uniform mat3 uProjectionMatrix;
uniform mat3 uWorldTransformMatrix;
uniform mat3 uTransformMatrix;
void main() {
  vTile = aPosition;
  mat3 place = uProjectionMatrix * uWorldTransformMatrix * uTransformMatrix;
  gl_Position = vec4((place * vec3(aPosition, 1.0)).xy, 0.0, 1.0);
}`;

const FRAGMENT = `
in vec2 vTile;
out vec4 finalColor;
uniform sampler2D uSight;
uniform sampler2D uNoise;
uniform vec2 uSize;
uniform float uTime;

// A quadratic B-spline from four bilinear reads: plain bilinear filtering would show the tiles as diamonds.
vec2 sight(vec2 tile) {
  vec2 f = fract(tile);
  vec2 low = floor(tile);
  vec2 w0 = 0.5 * (1.0 - f) * (1.0 - f);
  vec2 w2 = 0.5 * f * f;
  vec2 w1 = 1.0 - w0 - w2;
  vec2 a = low - 0.5 + w1 / (w0 + w1);
  vec2 b = low + 1.5;
  vec2 s0 = w0 + w1;
  vec2 s1 = w2;
  return texture(uSight, vec2(a.x, a.y) / uSize).rg * s0.x * s0.y
       + texture(uSight, vec2(b.x, a.y) / uSize).rg * s1.x * s0.y
       + texture(uSight, vec2(a.x, b.y) / uSize).rg * s0.x * s1.y
       + texture(uSight, vec2(b.x, b.y) / uSize).rg * s1.x * s1.y;
}
void main() {
  vec4 plain = texture(uSight, vTile / uSize);
  if (plain.b > 0.99) discard;
  vec2 drift = vec2(uTime, uTime * 0.6);
  float wisps = texture(uNoise, vTile / 24.0 + drift / 400.0).r;
  vec2 inside = step(vec2(0.0), vTile) * step(vTile, uSize);
  vec3 ink = vec3(0.040, 0.055, 0.075) + vec3(0.016, 0.020, 0.026) * wisps;
  float hatch = smoothstep(0.42, 0.5, abs(fract((vTile.x + vTile.y) * 0.5 + wisps * 0.12) - 0.5));
  ink += vec3(0.012, 0.014, 0.016) * hatch * inside.x * inside.y;
  if (plain.a > 0.99 || inside.x * inside.y < 0.5) {
    finalColor = vec4(ink, 1.0);
    return;
  }
  vec4 still = texture(uNoise, vTile / 32.0);
  vec2 seen = sight(vTile + (still.gb - 0.5) * 0.9);
  float visible = smoothstep(0.22, 0.82, seen.r + (wisps - 0.5) * 0.35);
  float known = smoothstep(0.25, 0.8, seen.g + (wisps - 0.5) * 0.45);
  vec3 mist = vec3(0.055, 0.080, 0.110);
  float veil = mix(0.60, 0.66, wisps);
  float cover = mix(1.0, veil * (1.0 - visible), known);
  vec3 color = mix(ink, mist, known);
  finalColor = vec4(color * cover, cover);
}`;

export class Fog {
  readonly mesh: Mesh<Geometry, Shader>;
  private readonly pixels: Uint8Array;
  private readonly levels: Float32Array;
  private readonly source: BufferImageSource;
  private readonly uniforms: UniformGroup;
  private readonly noise = noiseSource();
  /** For each tile, how many clear tiles end in it from the west. */
  private readonly runs: Uint16Array;
  private settled = false;

  constructor(private readonly vision: Vision) {
    const { width, height } = vision;
    this.pixels = new Uint8Array(width * height * 4);
    this.runs = new Uint16Array(width * height);
    this.levels = new Float32Array(width * height * 2);
    this.source = new BufferImageSource({
      resource: this.pixels,
      width,
      height,
      format: "rgba8unorm",
      scaleMode: "linear",
      addressMode: "clamp-to-edge",
      alphaMode: "no-premultiply-alpha",
    });
    this.uniforms = new UniformGroup({
      uSize: { value: new Float32Array([width, height]), type: "vec2<f32>" },
      uTime: { value: 0, type: "f32" },
    });
    const geometry = new Geometry({
      attributes: { aPosition: new Float32Array(quad(-APRON, -APRON, width + APRON, height + APRON)) },
      indexBuffer: new Uint32Array([0, 1, 2, 0, 2, 3]),
    });
    const shader = new Shader({
      glProgram: new GlProgram({ vertex: VERTEX, fragment: FRAGMENT, name: "fog" }),
      resources: { uSight: this.source, uNoise: this.noise, fog: this.uniforms },
    });
    this.mesh = new Mesh({ geometry, shader });
  }

  /** Moves each tile towards what it is now. */
  advance(now: number, elapsedMs: number): void {
    this.uniforms.uniforms.uTime = (now / 1_000) % 1_000;
    const { visible, explored } = this.vision;
    const part = this.settled ? 1 - Math.exp(-elapsedMs / FADE_MS) : 1;
    if (this.vision.visibleCount > 0) this.settled = true;
    for (let n = 0; n < visible.length; n++) {
      const seen = this.levels[2 * n] + (visible[n] - this.levels[2 * n]) * part;
      const known = this.levels[2 * n + 1] + (explored[n] - this.levels[2 * n + 1]) * part;
      this.levels[2 * n] = seen;
      this.levels[2 * n + 1] = known;
      this.pixels[4 * n] = seen * 255 + 0.5;
      this.pixels[4 * n + 1] = known * 255 + 0.5;
    }
    this.markPlain();
    this.source.update();
  }

  /**
   * Marks the tiles that are far from any edge, which are most of the picture and need no smoothing: the third channel
   * where all tiles within {@link CLEAR} are wholly clear, the fourth where none of them has been seen.
   */
  private markPlain(): void {
    this.mark(2, (at) => this.pixels[at] >= 254);
    this.mark(3, (at) => this.pixels[at + 1] <= 1);
  }

  /** Sets a channel to 255 where all tiles around fit, else to 0. The map's edge counts as an edge. */
  private mark(channel: number, fits: (at: number) => boolean): void {
    const { width, height } = this.vision;
    const { pixels, runs } = this;
    const span = 2 * CLEAR + 1;
    for (let y = 0; y < height; y++) {
      for (let x = 0, length = 0; x < width; x++) {
        length = fits(4 * (y * width + x)) ? length + 1 : 0;
        runs[y * width + x] = length;
      }
    }
    for (let x = 0; x < width; x++) {
      for (let y = 0, length = 0; y < height; y++) {
        const inside = x >= CLEAR && x + CLEAR < width;
        length = inside && runs[y * width + x + CLEAR] >= span ? length + 1 : 0;
        if (y >= CLEAR) pixels[4 * ((y - CLEAR) * width + x) + channel] = length >= span ? 255 : 0;
      }
      for (let y = height - CLEAR; y < height; y++) pixels[4 * (y * width + x) + channel] = 0;
    }
  }

  destroy(): void {
    const { shader, geometry } = this.mesh;
    this.mesh.destroy();
    shader?.destroy();
    geometry.destroy();
    this.source.destroy();
    this.noise.destroy();
  }
}

/** Three fields of noise that repeat without a seam, one for each colour. */
function noiseSource(): BufferImageSource {
  const pixels = new Uint8Array(NOISE_SIDE * NOISE_SIDE * 4);
  for (let n = 0; n < NOISE_SIDE * NOISE_SIDE; n++) {
    const [x, y] = [(n % NOISE_SIDE) / NOISE_SIDE, Math.floor(n / NOISE_SIDE) / NOISE_SIDE];
    for (let field = 0; field < 3; field++) pixels[4 * n + field] = seamless(x, y, 60 + field * 9) * 255;
    pixels[4 * n + 3] = 255;
  }
  return new BufferImageSource({
    resource: pixels,
    width: NOISE_SIDE,
    height: NOISE_SIDE,
    format: "rgba8unorm",
    scaleMode: "linear",
    addressMode: "repeat",
    alphaMode: "no-premultiply-alpha",
  });
}

/** Noise from 0 to 1 on a square of side 1 whose edges meet, by blending four shifted copies. */
function seamless(x: number, y: number, seed: number): number {
  const at = (dx: number, dy: number) => layers((x - dx) * NOISE_CELLS, (y - dy) * NOISE_CELLS, seed, 3);
  const top = at(0, 0) * (1 - x) + at(1, 0) * x;
  const low = at(0, 1) * (1 - x) + at(1, 1) * x;
  return Math.max(0, Math.min(1, (top * (1 - y) + low * y - 0.5) * 1.7 + 0.5));
}

function quad(left: number, top: number, right: number, bottom: number): number[] {
  return [left, top, right, top, right, bottom, left, bottom];
}
