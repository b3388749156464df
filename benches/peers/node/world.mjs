// The scripted worlds, a port of ../../worlds.rs: rules alone, drawn from one generator. Knows no server.

const TEAMS = 4;
const EDGE = 10_000;

// `moving`: how many in a hundred entities are on their way at a time. `checksum`: of room 0 after CHECKED_AT ticks.
const PLANS = {
  W1: { entities: 1_000, moving: 20, fog: false, checksum: 0x559e090e },
  W2: { entities: 1_000, moving: 20, fog: true, checksum: 0xdae8a447 },
  W3: { entities: 150, moving: 30, fog: false, checksum: 0xa010e34f },
  crowd: { entities: 4_000, moving: 100, fog: false, checksum: 0x9bafd70a },
};

export const CHECKED_AT = 100;

// The next place; the step turns round where it would lead beyond the edge.
const turned = (from, step) => (Math.abs(from + step) > EDGE ? -step : step);

export class World {
  constructor(name, room = 0) {
    const plan = PLANS[name];
    if (plan === undefined) throw new Error(`no world is called ${name}`);
    this.plan = plan;
    this.room = room;
    this.ticks = 0;
    this.seed = (12_345 + Math.imul(room, 7_919)) >>> 0;
    // One for each entity: x, y, hp and state.
    this.things = Array.from({ length: plan.entities }, () => {
      const [x, y] = [this.draw(20_001) - EDGE, this.draw(20_001) - EDGE];
      return { x, y, hp: this.draw(256), state: this.draw(4) };
    });
    this.moving = new Uint8Array(plan.entities);
    this.walks = [];
    for (let left = Math.floor((plan.entities * plan.moving) / 100); left > 0; left--) this.walks.push(this.pick());
    this.visible = Array.from({ length: plan.fog ? TEAMS : 0 }, () =>
      Uint8Array.from({ length: plan.entities }, () => this.draw(2)),
    );
    // What the newest tick changed; an entity may be in a list twice, except in `toggled`, which has a list for each team.
    this.moved = [];
    this.hurt = [];
    this.toggled = this.visible.map(() => []);
  }

  draw(below) {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    return (this.seed >>> 8) % below;
  }

  // Sends an entity off that is not moving yet.
  pick() {
    const { entities } = this.plan;
    let entity = this.draw(entities);
    while (this.moving[entity]) entity = this.draw(entities);
    this.moving[entity] = 1;
    const component = () => {
      const step = 1 + this.draw(3);
      return this.draw(2) === 1 ? -step : step;
    };
    const [dx, dy] = [component(), component()];
    return { entity, dx, dy, left: 15 + this.draw(21) };
  }

  step() {
    const { entities } = this.plan;
    this.ticks += 1;
    this.moved.length = 0;
    this.hurt.length = 0;
    for (let place = 0; place < this.walks.length; place++) {
      const walk = this.walks[place];
      const thing = this.things[walk.entity];
      walk.dx = turned(thing.x, walk.dx);
      walk.dy = turned(thing.y, walk.dy);
      thing.x += walk.dx;
      thing.y += walk.dy;
      this.moved.push(walk.entity);
      walk.left -= 1;
      if (walk.left === 0) {
        this.moving[walk.entity] = 0;
        this.walks[place] = this.pick();
      }
    }
    for (let left = Math.floor((entities * 2) / 100); left > 0; left--) {
      const entity = this.draw(entities);
      const thing = this.things[entity];
      thing.hp = (thing.hp + 1 + this.draw(20)) & 255;
      this.hurt.push(entity);
    }
    for (let team = 0; team < this.visible.length; team++) {
      const toggled = this.toggled[team];
      toggled.length = 0;
      for (let left = Math.floor(entities / 100); left > 0; left--) {
        const entity = this.draw(entities);
        if (toggled.includes(entity)) continue;
        toggled.push(entity);
        this.visible[team][entity] ^= 1;
      }
    }
  }

  // FNV-1a, 32 bits, over each entity's x and y as little-endian i16, hp and state as bytes.
  checksum() {
    let hash = 0x811c9dc5;
    for (const { x, y, hp, state } of this.things) {
      for (const byte of [x & 255, (x >> 8) & 255, y & 255, (y >> 8) & 255, hp, state]) {
        hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
      }
    }
    return hash;
  }

  // Whether this is the moment to compare the checksum; throws when it is and the world went another way than in all ports.
  check() {
    if (this.room !== 0 || this.ticks !== CHECKED_AT) return false;
    const [found, wanted] = [this.checksum(), this.plan.checksum];
    if (found !== wanted) throw new Error(`checksum ${found.toString(16)} instead of ${wanted.toString(16)}`);
    return true;
  }
}
