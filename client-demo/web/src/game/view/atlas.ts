/** Packs canvases into one texture, so that everything on the map is drawn in few calls with a simple shader. */
import { Rectangle, Texture } from "pixi.js";

/** Pixels between two pictures, so that neighbours don't bleed into each other when they are drawn small. */
const GAP = 8;
const SIDE = 2_048;

/** A texture and how many tiles its side is. */
export interface Picture {
  readonly texture: Texture;
  readonly tiles: number;
}

export class Atlas {
  private readonly canvas = document.createElement("canvas");
  private readonly whole: Texture;
  private x = GAP;
  private y = GAP;
  private row = 0;

  constructor() {
    this.canvas.width = this.canvas.height = SIDE;
    this.whole = Texture.from(this.canvas);
    this.whole.source.autoGenerateMipmaps = true;
    this.whole.source.scaleMode = "linear";
  }

  /** Adds a square picture. Add the large ones first: rows are as high as their highest. */
  add(canvas: HTMLCanvasElement, tiles: number): Picture {
    const { width, height } = canvas;
    if (this.x + width + GAP > SIDE) {
      this.x = GAP;
      this.y += this.row + GAP;
      this.row = 0;
    }
    if (this.y + height + GAP > SIDE) throw new Error(`pictures of more than ${SIDE} pixels squared`);
    this.canvas.getContext("2d")!.drawImage(canvas, this.x, this.y);
    const frame = new Rectangle(this.x, this.y, width, height);
    this.x += width + GAP;
    this.row = Math.max(this.row, height);
    return { texture: new Texture({ source: this.whole.source, frame }), tiles };
  }

  /** After the last picture. */
  finish(): void {
    this.whole.source.update();
  }
}
