/** Heraldic figures: how a seat's colour is told apart without colour. Drawn inside whatever shape is clipped. */
import { BONE, type Ordinary, OUTLINE, type Tincture } from "../palette";
import { line, type Pen } from "./canvas";

/** The four figures across a field of `size`, around the origin, in the tincture's light colour. */
export function figure(pen: Pen, ordinary: Ordinary, size: number, color: string): void {
  const half = size / 2;
  pen.strokeStyle = color;
  pen.lineWidth = size * 0.2;
  pen.lineCap = "butt";
  switch (ordinary) {
    case "bend":
      line(pen, -half * 1.2, -half * 1.2, half * 1.2, half * 1.2);
      break;
    case "pale":
      line(pen, 0, -half * 1.5, 0, half * 1.5);
      break;
    case "cross":
      line(pen, 0, -half * 1.5, 0, half * 1.5);
      line(pen, -half * 1.5, -half * 0.12, half * 1.5, -half * 0.12);
      break;
    case "chevron":
      pen.lineJoin = "miter";
      pen.beginPath();
      pen.moveTo(-half * 1.2, half * 0.75);
      pen.lineTo(0, -half * 0.35);
      pen.lineTo(half * 1.2, half * 0.75);
      pen.stroke();
      break;
  }
  pen.lineCap = pen.lineJoin = "round";
}

/** A heater shield around the origin. */
export function shieldPath(pen: Pen, width: number, height: number): void {
  const [w, h] = [width / 2, height / 2];
  pen.beginPath();
  pen.moveTo(-w, -h);
  pen.quadraticCurveTo(0, -h - h * 0.12, w, -h);
  pen.lineTo(w, -h * 0.1);
  pen.quadraticCurveTo(w * 0.95, h * 0.55, 0, h);
  pen.quadraticCurveTo(-w * 0.95, h * 0.55, -w, -h * 0.1);
  pen.closePath();
}

/** Fills a shape with the seat's arms and gives it a rim. `shape` traces the path. */
export function arms(pen: Pen, look: Tincture, size: number, rim: number, shape: () => void): void {
  pen.save();
  shape();
  pen.clip();
  const shade = pen.createLinearGradient(-size / 2, -size / 2, size / 2, size / 2);
  shade.addColorStop(0, look.light);
  shade.addColorStop(0.35, look.main);
  shade.addColorStop(1, look.dark);
  pen.fillStyle = shade;
  pen.fillRect(-size, -size, 2 * size, 2 * size);
  pen.globalAlpha = 0.92;
  figure(pen, look.figure, size, BONE);
  pen.restore();
  shape();
  pen.strokeStyle = OUTLINE;
  pen.lineWidth = rim;
  pen.stroke();
}
