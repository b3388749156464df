/**
 * What the player's team sees and has seen: a bit for each tile, and ghosts of buildings and deposits that went out of
 * view. Uses the rule of PROTOCOL.md, "Schema", on the team's own entities; knows nothing the frames do not tell.
 */
import { isBuilding, KIND_ORE, STATS } from "../rules";
import type { Entity, World } from "./world";

/** A building or deposit as it was when last seen. */
export interface Ghost {
  readonly kind: number;
  readonly owner: number;
  readonly x: number;
  readonly y: number;
}

export class Vision {
  readonly width: number;
  readonly height: number;
  /** 1 for each tile in sight now. */
  readonly visible: Uint8Array;
  /** 1 for each tile ever in sight. */
  readonly explored: Uint8Array;
  /** By place, since ids are given anew. */
  readonly ghosts = new Map<string, Ghost>();
  visibleCount = 0;
  exploredCount = 0;
  private readonly discs = new Map<string, Int16Array>();

  constructor(private readonly world: World) {
    this.width = world.map.width;
    this.height = world.map.height;
    this.visible = new Uint8Array(this.width * this.height);
    this.explored = new Uint8Array(this.width * this.height);
  }

  /** After each frame. `fallen` holds the ids of what fell in it: that leaves no ghost. */
  update(fallen: ReadonlySet<number>): void {
    this.look();
    for (const entity of this.world.gone) {
      const stays = isBuilding(entity.kind) || entity.kind === KIND_ORE;
      if (stays && !fallen.has(entity.id) && !this.world.isMine(entity)) this.ghosts.set(key(entity), bare(entity));
    }
    for (const [name, ghost] of this.ghosts) {
      if (this.seesAny(ghost)) this.ghosts.delete(name);
    }
    if (this.ghosts.size > 0) {
      for (const entity of this.world.entities.values()) this.ghosts.delete(key(entity));
    }
  }

  /** Whether the tile under the point (tiles) is in sight. */
  sees(x: number, y: number): boolean {
    return this.visible[this.index(x, y)] === 1;
  }

  /** Whether a tile that the thing stands on is in sight. */
  private seesAny({ kind, x, y }: Ghost): boolean {
    const half = STATS[kind].size / 2;
    for (let ty = y - half + 0.5; ty < y + half; ty++) {
      for (let tx = x - half + 0.5; tx < x + half; tx++) if (this.sees(tx, ty)) return true;
    }
    return false;
  }

  /** The explored tiles as text, to outlive a page reload. */
  dump(): string {
    const bytes = new Uint8Array(Math.ceil(this.explored.length / 8));
    for (let n = 0; n < this.explored.length; n++) if (this.explored[n]) bytes[n >> 3] |= 1 << (n & 7);
    return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
  }

  /** Adds what an earlier {@link dump} held; ignores one of another size. */
  restore(text: string): void {
    let raw = "";
    try {
      raw = atob(text);
    } catch {
      return;
    }
    if (raw.length !== Math.ceil(this.explored.length / 8)) return;
    for (let n = 0; n < this.explored.length; n++) {
      if ((raw.charCodeAt(n >> 3) >> (n & 7)) & 1) this.explored[n] = 1;
    }
    this.count();
  }

  private index(x: number, y: number): number {
    const [tx, ty] = [Math.floor(x), Math.floor(y)];
    if (tx < 0 || ty < 0 || tx >= this.width || ty >= this.height) return -1;
    return ty * this.width + tx;
  }

  private look(): void {
    this.visible.fill(0);
    for (const entity of this.world.entities.values()) {
      if (this.world.teamOf(entity.owner) !== this.world.myTeam) continue;
      this.stamp(entity);
    }
    this.count();
  }

  private stamp(entity: Entity): void {
    const { sight } = STATS[entity.kind];
    const [cx, cy] = [Math.floor(entity.x), Math.floor(entity.y)];
    for (let dy = -sight; dy <= sight; dy++) {
      const y = cy + dy;
      if (y < 0 || y >= this.height) continue;
      const reach = this.reach(sight)[dy + sight];
      const [from, to] = [Math.max(0, cx - reach), Math.min(this.width - 1, cx + reach)];
      const row = y * this.width;
      if (from > to) continue;
      this.visible.fill(1, row + from, row + to + 1);
      this.explored.fill(1, row + from, row + to + 1);
    }
  }

  /** For each row of a disc of that radius, how far it reaches to either side. */
  private reach(sight: number): Int16Array {
    const name = String(sight);
    let disc = this.discs.get(name);
    if (disc === undefined) {
      disc = Int16Array.from({ length: 2 * sight + 1 }, (_, row) => Math.sqrt(sight ** 2 - (row - sight) ** 2));
      this.discs.set(name, disc);
    }
    return disc;
  }

  private count(): void {
    let [seen, known] = [0, 0];
    for (let n = 0; n < this.visible.length; n++) {
      seen += this.visible[n];
      known += this.explored[n];
    }
    [this.visibleCount, this.exploredCount] = [seen, known];
  }
}

function key(entity: { kind: number; x: number; y: number }): string {
  return `${entity.kind}:${entity.x}:${entity.y}`;
}

function bare({ kind, owner, x, y }: Entity): Ghost {
  return { kind, owner, x, y };
}
