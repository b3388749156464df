/** The terrain on the stage: pieces painted when they have been seen and the camera first comes near them. */
import { Container, Graphics, Sprite, Texture } from "pixi.js";
import type { MapInfo } from "../../generated/messages";
import { PIECE, TerrainPainter } from "../art/terrain";
import type { Vision } from "../state/vision";
import type { Camera } from "./camera";

/** Tiles beyond the screen that are painted ahead. */
const AHEAD = 8;
/** Tiles by which the fog's soft edge shows more than has been seen. */
const FRINGE = 2;
/** Pixels for each tile, on plain and on dense screens. */
const DETAIL = 40;
const DETAIL_DENSE = 56;

export class Ground {
  readonly layer = new Container();
  /** The map's frame. Lies above the fog: where the map ends is no secret. */
  readonly border = new Graphics();
  private readonly pieces = new Container();
  private readonly painter: TerrainPainter;
  private readonly painted = new Set<number>();
  private readonly columns: number;
  private readonly rows: number;

  constructor(
    map: MapInfo,
    private readonly vision: Vision,
  ) {
    const detail = window.devicePixelRatio > 1.4 ? DETAIL_DENSE : DETAIL;
    this.painter = new TerrainPainter(map, detail);
    this.columns = Math.ceil(map.width / PIECE);
    this.rows = Math.ceil(map.height / PIECE);
    const { border } = this;
    border.rect(-0.06, -0.06, map.width + 0.12, map.height + 0.12).stroke({ width: 0.06, color: 0xa58f62, alpha: 0.8 });
    border.rect(-0.24, -0.24, map.width + 0.48, map.height + 0.48).stroke({ width: 0.12, color: 0x6b5c3d, alpha: 0.8 });
    this.layer.addChild(this.pieces);
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

  /** Whether anything of the piece has been seen: what the fog hides altogether need not be painted yet. */
  private known(column: number, row: number): boolean {
    const { explored, width, height } = this.vision;
    const right = Math.min(width, (column + 1) * PIECE + FRINGE);
    const bottom = Math.min(height, (row + 1) * PIECE + FRINGE);
    for (let y = Math.max(0, row * PIECE - FRINGE); y < bottom; y++) {
      for (let x = Math.max(0, column * PIECE - FRINGE); x < right; x++) if (explored[y * width + x] === 1) return true;
    }
    return false;
  }

  /** Frees the pictures, which nothing else uses. */
  destroy(): void {
    this.layer.destroy({ children: true, texture: true, textureSource: true });
  }

  private paint(column: number, row: number): boolean {
    const key = row * this.columns + column;
    if (this.painted.has(key) || !this.known(column, row)) return false;
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
