/** What part of the map the screen shows. Pixels are CSS pixels of the canvas; the map is in tiles. */

export const ZOOM_MIN = 12;
export const ZOOM_MAX = 84;
/** Tiles beyond the map's edge that the screen may show. */
const MARGIN = 3;
/** Pixels at the screen's foot that the HUD covers, beneath which the map's last rows must not stay hidden. */
const FOOT = 230;

export class Camera {
  /** The map's point in the middle of the screen. */
  x = 0;
  y = 0;
  /** Pixels for each tile. */
  zoom = 40;
  width = 1;
  height = 1;
  private goal: { x: number; y: number } | null = null;
  private goalZoom = 40;
  private pivot = { px: 0, py: 0 };

  constructor(
    private readonly mapWidth: number,
    private readonly mapHeight: number,
  ) {}

  resize(width: number, height: number): void {
    [this.width, this.height] = [width, height];
    this.clamp();
  }

  jump(x: number, y: number): void {
    this.goal = null;
    [this.x, this.y] = [x, y];
    this.clamp();
  }

  /** Glides there. */
  glide(x: number, y: number): void {
    this.goal = { x, y };
  }

  panPixels(dx: number, dy: number): void {
    this.jump(this.x + dx / this.zoom, this.y + dy / this.zoom);
  }

  setZoom(zoom: number): void {
    this.zoom = this.goalZoom = Math.max(ZOOM_MIN, Math.min(ZOOM_MAX, zoom));
    this.clamp();
  }

  /** Zooms by a factor; what is under the pixel stays under it. `smooth` lets it take a moment. */
  zoomAt(px: number, py: number, factor: number, smooth: boolean): void {
    this.goal = null;
    this.pivot = { px, py };
    this.goalZoom = Math.max(ZOOM_MIN, Math.min(ZOOM_MAX, this.goalZoom * factor));
    if (!smooth) this.zoomTo(this.goalZoom);
  }

  /** Goes on with what it is gliding to. */
  advance(elapsedMs: number): void {
    const part = 1 - Math.exp(-elapsedMs / 70);
    if (this.goal !== null) {
      this.x += (this.goal.x - this.x) * part;
      this.y += (this.goal.y - this.y) * part;
      if (Math.hypot(this.goal.x - this.x, this.goal.y - this.y) < 0.02) this.goal = null;
      this.clamp();
    }
    if (Math.abs(this.goalZoom - this.zoom) > 0.01) this.zoomTo(this.zoom + (this.goalZoom - this.zoom) * part);
  }

  toMap(px: number, py: number): { x: number; y: number } {
    return { x: this.x + (px - this.width / 2) / this.zoom, y: this.y + (py - this.height / 2) / this.zoom };
  }

  toScreen(x: number, y: number): { px: number; py: number } {
    return { px: (x - this.x) * this.zoom + this.width / 2, py: (y - this.y) * this.zoom + this.height / 2 };
  }

  /** The part of the map on the screen. */
  bounds(): { left: number; top: number; right: number; bottom: number } {
    const [halfWidth, halfHeight] = [this.width / 2 / this.zoom, this.height / 2 / this.zoom];
    return {
      left: this.x - halfWidth,
      top: this.y - halfHeight,
      right: this.x + halfWidth,
      bottom: this.y + halfHeight,
    };
  }

  private zoomTo(zoom: number): void {
    const { px, py } = this.pivot;
    const before = this.toMap(px, py);
    this.zoom = zoom;
    const after = this.toMap(px, py);
    this.x += before.x - after.x;
    this.y += before.y - after.y;
    this.clamp();
  }

  private clamp(): void {
    const [halfWidth, halfHeight] = [this.width / 2 / this.zoom, this.height / 2 / this.zoom];
    this.x = within(this.x, halfWidth - MARGIN, this.mapWidth - halfWidth + MARGIN);
    this.y = within(this.y, halfHeight - MARGIN, this.mapHeight - halfHeight + Math.max(MARGIN, FOOT / this.zoom));
  }
}

/** The value between the bounds; their middle when they leave no room. */
function within(value: number, low: number, high: number): number {
  return low > high ? (low + high) / 2 : Math.max(low, Math.min(high, value));
}
