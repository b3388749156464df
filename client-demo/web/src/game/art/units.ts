/**
 * The counters that units are drawn as. The silhouette tells the kind (round worker, shield of the spear, lozenge of
 * the bow), the arms on it tell the seat. Weapons are pictures of their own, pointing east, since they turn.
 */
import { BONE, JADE, JADE_DARK, OUTLINE, STEEL, type Tincture, WOOD } from "../palette";
import { board, disc, fade, inked, line, type Pen, polygon } from "./canvas";
import { arms, shieldPath } from "./heraldry";

/** Side of a unit's picture, in tiles. */
export const UNIT_TILES = 1.5;
/** Pixels for each tile of a picture. */
export const DETAIL = 96;

export function workerCounter(look: Tincture): HTMLCanvasElement {
  const { canvas, pen } = board(UNIT_TILES, DETAIL);
  arms(pen, look, 0.62, 0.06, () => disc(pen, 0, 0, 0.3));
  disc(pen, 0, 0, 0.205);
  inked(pen, fade(pen, -0.2, 0.2, "#e8d3a4", "#b58d55"), OUTLINE, 0.03);
  pen.strokeStyle = "#7a5a30";
  pen.lineWidth = 0.018;
  for (const y of [-0.09, 0.0, 0.09]) line(pen, -0.14, y, 0.14, y + 0.012);
  disc(pen, 0, 0, 0.085);
  inked(pen, look.main, OUTLINE, 0.03);
  return canvas;
}

export function spearCounter(look: Tincture): HTMLCanvasElement {
  const { canvas, pen } = board(UNIT_TILES, DETAIL);
  arms(pen, look, 0.74, 0.065, () => shieldPath(pen, 0.68, 0.78));
  shieldPath(pen, 0.57, 0.66);
  pen.strokeStyle = "rgba(246, 239, 223, 0.5)";
  pen.lineWidth = 0.022;
  pen.stroke();
  disc(pen, 0, -0.03, 0.075);
  inked(pen, fade(pen, -0.1, 0.05, BONE, "#a9a48f"), OUTLINE, 0.028);
  return canvas;
}

export function bowCounter(look: Tincture): HTMLCanvasElement {
  const { canvas, pen } = board(UNIT_TILES, DETAIL);
  const lozenge = (r: number) =>
    polygon(pen, [
      [0, -r],
      [r * 0.86, 0],
      [0, r],
      [-r * 0.86, 0],
    ]);
  arms(pen, look, 0.66, 0.065, () => lozenge(0.41));
  lozenge(0.33);
  pen.strokeStyle = "rgba(246, 239, 223, 0.5)";
  pen.lineWidth = 0.022;
  pen.stroke();
  return canvas;
}

/** A pick, held to the east. */
export function pick(): HTMLCanvasElement {
  const { canvas, pen } = board(UNIT_TILES, DETAIL);
  shaft(pen, 0.06, 0.52, 0.095);
  pen.beginPath();
  pen.moveTo(0.32, -0.33);
  pen.quadraticCurveTo(0.66, -0.1, 0.66, 0);
  pen.quadraticCurveTo(0.66, 0.1, 0.32, 0.33);
  pen.quadraticCurveTo(0.5, 0.08, 0.5, 0);
  pen.quadraticCurveTo(0.5, -0.08, 0.32, -0.33);
  pen.closePath();
  inked(pen, fade(pen, -0.3, 0.3, "#ffffff", "#a9b6bd"), OUTLINE, 0.045);
  return canvas;
}

/** A spear, thrust to the east. */
export function spear(): HTMLCanvasElement {
  const { canvas, pen } = board(UNIT_TILES, DETAIL);
  shaft(pen, -0.42, 0.5, 0.07);
  polygon(pen, [
    [0.72, 0],
    [0.5, -0.105],
    [0.44, 0],
    [0.5, 0.105],
  ]);
  inked(pen, fade(pen, -0.1, 0.1, "#ffffff", "#93a2ab"), OUTLINE, 0.035);
  return canvas;
}

/** A bent bow with an arrow on the string, shooting to the east. */
export function bow(): HTMLCanvasElement {
  const { canvas, pen } = board(UNIT_TILES, DETAIL);
  const bend = () => {
    pen.beginPath();
    pen.moveTo(0.12, -0.5);
    pen.quadraticCurveTo(0.62, -0.22, 0.46, 0);
    pen.quadraticCurveTo(0.62, 0.22, 0.12, 0.5);
  };
  pen.strokeStyle = OUTLINE;
  pen.lineWidth = 0.125;
  bend();
  pen.stroke();
  pen.strokeStyle = "#b9803f";
  pen.lineWidth = 0.07;
  bend();
  pen.stroke();
  pen.strokeStyle = BONE;
  pen.lineWidth = 0.018;
  pen.beginPath();
  pen.moveTo(0.12, -0.5);
  pen.lineTo(0.02, 0);
  pen.lineTo(0.12, 0.5);
  pen.stroke();
  pen.lineWidth = 0.03;
  line(pen, 0.02, 0, 0.6, 0);
  polygon(pen, [
    [0.7, 0],
    [0.57, -0.06],
    [0.57, 0.06],
  ]);
  inked(pen, STEEL, OUTLINE, 0.022);
  return canvas;
}

/** The load of a worker that hauls. */
export function load(): HTMLCanvasElement {
  const { canvas, pen } = board(0.6, DETAIL);
  polygon(pen, [
    [0, -0.19],
    [0.17, -0.05],
    [0.12, 0.16],
    [-0.12, 0.16],
    [-0.17, -0.05],
  ]);
  inked(pen, fade(pen, -0.2, 0.2, "#d9ffe9", JADE, JADE_DARK), OUTLINE, 0.035);
  return canvas;
}

/** An arrow in flight, pointing east. */
export function arrow(): HTMLCanvasElement {
  const { canvas, pen } = board(1, DETAIL);
  pen.strokeStyle = OUTLINE;
  pen.lineWidth = 0.1;
  line(pen, -0.34, 0, 0.3, 0);
  pen.strokeStyle = BONE;
  pen.lineWidth = 0.045;
  line(pen, -0.34, 0, 0.3, 0);
  polygon(pen, [
    [0.42, 0],
    [0.26, -0.09],
    [0.26, 0.09],
  ]);
  inked(pen, STEEL, OUTLINE, 0.03);
  pen.strokeStyle = "#d98a6a";
  pen.lineWidth = 0.05;
  line(pen, -0.34, 0, -0.42, -0.08);
  line(pen, -0.34, 0, -0.42, 0.08);
  return canvas;
}

/** A soft shadow to lie under things. */
export function shadow(): HTMLCanvasElement {
  const { canvas, pen } = board(1, 64);
  const blot = pen.createRadialGradient(0, 0, 0.05, 0, 0, 0.5);
  blot.addColorStop(0, "rgba(4, 6, 10, 0.7)");
  blot.addColorStop(0.6, "rgba(4, 6, 10, 0.42)");
  blot.addColorStop(1, "rgba(4, 6, 10, 0)");
  pen.fillStyle = blot;
  pen.fillRect(-0.5, -0.5, 1, 1);
  return canvas;
}

function shaft(pen: Pen, from: number, to: number, width: number): void {
  pen.strokeStyle = OUTLINE;
  pen.lineWidth = width + 0.05;
  line(pen, from, 0, to, 0);
  pen.strokeStyle = WOOD;
  pen.lineWidth = width * 0.8;
  line(pen, from, 0, to, 0);
}
