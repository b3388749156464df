/** The pictures of the map as images for the HUD. */
import { NOBODYS, TINCTURES } from "../palette";
import { KIND_BARRACKS, KIND_BOW, KIND_KEEP, KIND_ORE, KIND_SPEAR, KIND_WORKER } from "../rules";
import { barracks, keep, ore } from "./buildings";
import { board } from "./canvas";
import { arms, shieldPath } from "./heraldry";
import { bow, bowCounter, pick, spear, spearCounter, workerCounter } from "./units";

const made = new Map<string, string>();

/** A kind in the colours of a seat, as a data URL. */
export function kindIcon(kind: number, owner: number): string {
  return once(`kind ${kind} ${owner}`, () => {
    const look = TINCTURES[owner] ?? NOBODYS;
    switch (kind) {
      case KIND_KEEP:
        return cropped(keep(look), 0.78);
      case KIND_BARRACKS:
        return cropped(barracks(look), 0.78);
      case KIND_WORKER:
        return layered([pick(), -0.7], [workerCounter(look), 0]);
      case KIND_SPEAR:
        return layered([spear(), -0.9], [spearCounter(look), 0]);
      case KIND_BOW:
        return layered([bowCounter(look), 0], [bow(), -0.6]);
      case KIND_ORE:
        return cropped(ore(5), 0.9);
      default:
        return board(1, 8).canvas;
    }
  });
}

/** The arms of a seat on a shield, as a data URL. */
export function shieldIcon(owner: number): string {
  return once(`shield ${owner}`, () => {
    const { canvas, pen } = board(1, 128);
    arms(pen, TINCTURES[owner] ?? NOBODYS, 0.86, 0.05, () => shieldPath(pen, 0.78, 0.9));
    shieldPath(pen, 0.66, 0.77);
    pen.strokeStyle = "rgba(246, 239, 223, 0.55)";
    pen.lineWidth = 0.022;
    pen.stroke();
    return canvas;
  });
}

function once(name: string, draw: () => HTMLCanvasElement): string {
  let url = made.get(name);
  if (url === undefined) {
    url = draw().toDataURL();
    made.set(name, url);
  }
  return url;
}

function layered(...layers: [HTMLCanvasElement, number][]): HTMLCanvasElement {
  const { canvas, pen } = board(1, 128);
  for (const [layer, turn] of layers) {
    pen.save();
    pen.rotate(turn);
    pen.drawImage(layer, -0.62, -0.62, 1.24, 1.24);
    pen.restore();
  }
  return canvas;
}

function cropped(picture: HTMLCanvasElement, part: number): HTMLCanvasElement {
  const { canvas, pen } = board(1, 128);
  const side = picture.width * part;
  const skip = (picture.width - side) / 2;
  pen.drawImage(picture, skip, skip, side, side, -0.5, -0.5, 1, 1);
  return canvas;
}
