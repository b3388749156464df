/**
 * The colours of Muster: ink and slate for the ground, parchment for what speaks to the player, four tinctures for the
 * seats. The tinctures stay apart for colour-blind eyes by lightness, and each comes with a heraldic figure of its own.
 */

/** A heraldic figure: the second mark of a seat, beside its colour. */
export type Ordinary = "bend" | "chevron" | "cross" | "pale";

/** The look of one seat. */
export interface Tincture {
  readonly name: string;
  readonly main: string;
  readonly light: string;
  readonly dark: string;
  readonly figure: Ordinary;
}

/** By seat. */
export const TINCTURES: readonly Tincture[] = [
  { name: "Azure", main: "#3d8fdc", light: "#86c4ff", dark: "#1c4a7c", figure: "bend" },
  { name: "Vermilion", main: "#dd4f32", light: "#ff9a78", dark: "#7a2314", figure: "chevron" },
  { name: "Gold", main: "#e6b93c", light: "#ffe694", dark: "#7d5c12", figure: "cross" },
  { name: "Violet", main: "#a86bd6", light: "#dcb4ff", dark: "#532c76", figure: "pale" },
];

/** The look of what belongs to nobody. */
export const NOBODYS: Tincture = { name: "", main: "#8b8778", light: "#bdb8a5", dark: "#4a473e", figure: "pale" };

export function tincture(owner: number): Tincture {
  return TINCTURES[owner] ?? NOBODYS;
}

export const INK = "#0c1016";
export const PARCHMENT = "#ecdfc3";
export const BONE = "#f6efdf";
export const JADE = "#6fd3a0";
export const JADE_DARK = "#1f5c48";
export const STEEL = "#d5dde2";
export const WOOD = "#8a6039";
export const OUTLINE = "#11151b";

/** Orders, by what they are for. */
export const ORDER_COLORS = { move: 0x8fe0b4, attack: 0xff6a4a, gather: 0x6fd3a0, build: 0xecdfc3 } as const;
/** Health bars: whole, hurt, dying. */
export const HEALTH_COLORS = [0x7fd67f, 0xf0c14b, 0xef5b43] as const;

export function hex(color: string): number {
  return Number.parseInt(color.slice(1), 16);
}

export function healthColor(part: number): number {
  return part > 0.6 ? HEALTH_COLORS[0] : part > 0.3 ? HEALTH_COLORS[1] : HEALTH_COLORS[2];
}
