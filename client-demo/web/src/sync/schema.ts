/** What a game replicates: components made of integer columns, and the private columns of a seat. Frames carry no names. */
export interface Schema {
  /** In wire order: a component is named on the wire by its place in this list. */
  readonly components: readonly ComponentSpec[];
  /** The seat's private columns in wire order. */
  readonly seat: readonly string[];
}

/** One replicated component and its columns in wire order; every column is a 32-bit integer. */
export interface ComponentSpec {
  readonly name: string;
  readonly columns: readonly string[];
  /** Its columns are x, y, vx, vy, and the velocity is added to the place with each tick. */
  readonly motion?: boolean;
  /** Its values are never negative. */
  readonly unsigned?: boolean;
}

/** Largest entity id a frame may carry, so that a broken frame can't make a mirror allocate without bound. */
export const MAX_ENTITY_ID = 65_535;
