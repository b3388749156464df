/** The picture of a match: puts ground, figures, effects, fog and overlay together and draws them each frame. */
import { type Application, Container, Sprite } from "pixi.js";
import { KIND_ORE } from "../rules";
import type { Vision } from "../state/vision";
import type { Entity, World } from "../state/world";
import type { Camera } from "./camera";
import { Effects } from "./effects";
import { Figure } from "./figure";
import { Fog } from "./fog";
import { Ground } from "./ground";
import { Overlay } from "./overlay";
import type { Textures } from "./textures";

/** Milliseconds in which what left view fades. */
const FADE_MS = 160;

export class Stage {
  readonly effects: Effects;
  readonly overlay: Overlay;
  private readonly map = new Container();
  private readonly marks = new Container();
  private readonly standing = new Container();
  private readonly walking = new Container();
  private readonly bars = new Container();
  private readonly remembered = new Container();
  private readonly ground: Ground;
  private readonly fog: Fog;
  private readonly figures = new Map<Entity, Figure>();
  private readonly leaving: { figure: Figure; left: number }[] = [];
  private readonly ghosts = new Map<string, Sprite>();
  private first = true;

  constructor(
    private readonly app: Application,
    private readonly world: World,
    private readonly vision: Vision,
    private readonly camera: Camera,
    private readonly textures: Textures,
  ) {
    this.effects = new Effects(textures);
    this.overlay = new Overlay(textures);
    this.ground = new Ground(world.map, vision);
    this.fog = new Fog(vision);
    this.map.addChild(
      this.ground.layer,
      this.remembered,
      this.marks,
      this.overlay.low,
      this.standing,
      this.effects.low,
    );
    this.map.addChild(this.walking, this.effects.high, this.fog.mesh, this.ground.border, this.bars, this.overlay.high);
    this.standing.sortableChildren = this.walking.sortableChildren = true;
    app.stage.addChild(this.map, this.overlay.screen);
  }

  /** Draws the moment `tick`; `now` and `elapsedMs` are for what moves by itself. */
  draw(tick: number, now: number, elapsedMs: number, selected: (id: number) => boolean, hovered: number | null): void {
    const { camera } = this;
    camera.advance(elapsedMs);
    this.map.scale.set(camera.zoom);
    this.map.position.set(camera.width / 2 - camera.x * camera.zoom, camera.height / 2 - camera.y * camera.zoom);
    this.ground.prepare(camera, this.first);
    if (this.vision.exploredCount > 0) this.first = false;
    this.follow(tick, now, elapsedMs, selected, hovered);
    this.fade(elapsedMs);
    this.remember();
    this.effects.advance(elapsedMs);
    this.fog.advance(now, elapsedMs);
    this.app.render();
  }

  /** The figure of an entity in view. */
  figure(id: number): Figure | undefined {
    const entity = this.world.entities.get(id);
    return entity === undefined ? undefined : this.figures.get(entity);
  }

  /** The entity at a point of the map: units before what they stand by, the nearest first. */
  pick(x: number, y: number, slack: number, covers: (entity: Entity, x: number, y: number, slack: number) => boolean) {
    let best: Entity | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (const entity of this.world.entities.values()) {
      if (!covers(entity, x, y, slack)) continue;
      const stands = this.figures.get(entity)?.root.parent === this.standing;
      const far = Math.hypot(entity.track.x - x, entity.track.y - y) + (stands ? 10 : 0);
      if (far < least) [best, least] = [entity, far];
    }
    return best;
  }

  destroy(): void {
    for (const figure of this.figures.values()) figure.destroy();
    this.fog.destroy();
    this.ground.destroy();
    this.app.stage.removeChildren();
    this.map.destroy({ children: true });
    this.overlay.screen.destroy({ children: true });
  }

  private follow(
    tick: number,
    now: number,
    elapsedMs: number,
    selected: (id: number) => boolean,
    hovered: number | null,
  ): void {
    for (const [entity, figure] of this.figures) {
      if (this.world.entities.get(entity.id) === entity) continue;
      this.figures.delete(entity);
      figure.mark.visible = figure.bars.visible = false;
      this.leaving.push({ figure, left: FADE_MS });
    }
    for (const entity of this.world.entities.values()) {
      entity.track.sample(tick);
      const figure = this.figures.get(entity) ?? this.add(entity);
      figure.advance(now, elapsedMs, selected(entity.id), hovered === entity.id);
      figure.root.zIndex = entity.track.y;
    }
  }

  private add(entity: Entity): Figure {
    const figure = new Figure(entity, this.textures, this.world.isMine(entity));
    this.figures.set(entity, figure);
    const layer = figure.stands ? this.standing : this.walking;
    layer.addChild(figure.root);
    this.marks.addChild(figure.mark);
    this.bars.addChild(figure.bars);
    return figure;
  }

  private fade(elapsedMs: number): void {
    for (const leaving of this.leaving) {
      leaving.left -= elapsedMs;
      leaving.figure.root.alpha = Math.max(0, leaving.left / FADE_MS);
      if (leaving.left <= 0) leaving.figure.destroy();
    }
    while (this.leaving.length > 0 && this.leaving[0].left <= 0) this.leaving.shift();
  }

  private remember(): void {
    for (const [key, ghost] of this.vision.ghosts) {
      if (this.ghosts.has(key)) continue;
      const picture = this.textures.body(ghost.kind, ghost.owner, ghost.x, ghost.y);
      const sprite = new Sprite(picture.texture);
      sprite.anchor.set(0.5);
      sprite.scale.set(picture.tiles / picture.texture.width);
      sprite.position.set(ghost.x, ghost.y);
      sprite.tint = ghost.kind === KIND_ORE ? 0xa8b0b0 : 0x9a9a9a;
      this.remembered.addChild(sprite);
      this.ghosts.set(key, sprite);
    }
    for (const [key, sprite] of this.ghosts) {
      if (this.vision.ghosts.has(key)) continue;
      sprite.destroy();
      this.ghosts.delete(key);
    }
  }
}
