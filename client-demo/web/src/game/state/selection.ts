/** Which entities the player has selected, and the numbered groups. Holds ids only: what they are is the world's. */
import { isBuilding, isMobile, KIND_WORKER } from "../rules";
import type { Entity, World } from "./world";

export class Selection {
  private readonly ids = new Set<number>();
  private readonly groups = new Map<number, number[]>();

  constructor(private readonly world: World) {}

  has(id: number): boolean {
    return this.ids.has(id);
  }

  get size(): number {
    return this.ids.size;
  }

  set(ids: Iterable<number>): void {
    this.ids.clear();
    for (const id of ids) this.ids.add(id);
  }

  /** Adds what is not selected; takes away what is, if it is one alone. */
  toggle(ids: number[]): void {
    if (ids.length === 1 && this.ids.delete(ids[0])) return;
    for (const id of ids) this.ids.add(id);
  }

  clear(): void {
    this.ids.clear();
  }

  /** The selected entities still in view; forgets the others. Own ones never mix with others'. */
  entities(): Entity[] {
    const found: Entity[] = [];
    for (const id of this.ids) {
      const entity = this.world.entities.get(id);
      if (entity === undefined) this.ids.delete(id);
      else found.push(entity);
    }
    return found;
  }

  /** The player's own that can walk. */
  units(): Entity[] {
    return this.entities().filter((entity) => this.world.isMine(entity) && isMobile(entity.kind));
  }

  workers(): Entity[] {
    return this.units().filter((entity) => entity.kind === KIND_WORKER);
  }

  /** The player's own finished buildings. */
  buildings(): Entity[] {
    return this.entities().filter(
      (entity) => this.world.isMine(entity) && isBuilding(entity.kind) && entity.site === null,
    );
  }

  saveGroup(number: number): void {
    this.groups.set(number, [...this.ids]);
  }

  /** Selects a group; false when nothing of it is left. */
  recallGroup(number: number): boolean {
    const left = (this.groups.get(number) ?? []).filter((id) => {
      const entity = this.world.entities.get(id);
      return entity !== undefined && this.world.isMine(entity);
    });
    if (left.length === 0) return false;
    this.set(left);
    return true;
  }

  /** How many of each group are left, by number. */
  groupSizes(): Map<number, number> {
    const sizes = new Map<number, number>();
    for (const [number, ids] of this.groups) {
      const left = ids.filter((id) => this.world.entities.has(id)).length;
      if (left > 0) sizes.set(number, left);
    }
    return sizes;
  }
}
