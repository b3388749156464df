/** The terrain on the stage: pieces painted when the camera first comes near them, a few milliseconds at a time. */
import { Container, Graphics, Sprite, Texture } from "pixi.js";
import type { MapInfo } from "../../generated/messages";
import { PIECE, TerrainPainter } from "../art/terrain";
import type { Camera } from "./camera";

/** Tiles beyond the screen that are painted ahead. */
const AHEAD = 8;
/** Pixels for each tile, on plain and on dense screens. */
const DETAIL = 40;
const DETAIL_DENSE = 56;

export class Ground {
  readonly layer = new Container();
  private readonly pieces = new Container();
  private readonly painter: TerrainPainter;
  private readonly painted = new Set<number>();
  private readonly columns: number;
  private readonly rows: number;

  constructor(map: MapInfo) {
    const detail = window.devicePixelRatio > 1.4 ? DETAIL_DENSE : DETAIL;
    this.painter = new TerrainPainter(map, detail);
    this.columns = Math.ceil(map.width / PIECE);
    this.rows = Math.ceil(map.height / PIECE);
    const border = new Graphics();
    border.rect(-0.16, -0.16, map.width + 0.32, map.height + 0.32).stroke({ width: 0.07, color: 0xa58f62, alpha: 0.8 });
    border.rect(-0.42, -0.42, map.width + 0.84, map.height + 0.84).stroke({ width: 0.16, color: 0x6b5c3d, alpha: 0.8 });
    this.layer.addChild(this.pieces, border);
  }

  /** Paints what the camera shows when `all`; else one piece of that and its surroundings. */
  prepare(camera: Camera, all: boolean): void {
    const { left, top, right, bottom } = camera.bounds();
    const clip = (value: number, most: number) => Math.max(0, Math.min(most - 1, Math.floor(value / PIECE)));
    const ahead = all ? 0 : AHEAD;
    for (let row = clip(top - ahead, this.rows); row <= clip(bottom + ahead, this.rows); row++) {
      for (let column = clip(left - ahead, this.columns); column <= clip(right + ahead, this.columns); column++) {
        if (this.paint(column, row) && !all) return;
      }
    }
  }

  /** Frees the pictures, which nothing else uses. */
  destroy(): void {
    this.layer.destroy({ children: true, texture: true, textureSource: true });
  }

  private paint(column: number, row: number): boolean {
    const key = row * this.columns + column;
    if (this.painted.has(key)) return false;
    this.painted.add(key);
    const canvas = this.painter.piece(column * PIECE, row * PIECE);
    const texture = Texture.from(canvas);
    texture.source.autoGenerateMipmaps = true;
    texture.source.mipmapFilter = "nearest";
    const piece = new Sprite(texture);
    piece.position.set(column * PIECE, row * PIECE);
    piece.scale.set(1 / this.painter.detail);
    this.pieces.addChild(piece);
    return true;
  }
}
