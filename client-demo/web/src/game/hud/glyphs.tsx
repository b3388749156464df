/** Small line drawings for the HUD, in the colour of the text around them. */
import type { ComponentChildren } from "preact";

function Glyph({ children }: { children: ComponentChildren }) {
  return (
    <svg class="glyph" viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}

export const OreGlyph = () => (
  <Glyph>
    <path class="jade" d="M12 2l6 7-2 12H8L6 9z" />
    <path class="jade-dark" d="M12 2l6 7-2 12h-4z" />
  </Glyph>
);

export const SupplyGlyph = () => (
  <Glyph>
    <path d="M12 3a4 4 0 110 8 4 4 0 010-8zM4 21c0-5 3.500-8 8-8s8 3 8 8z" fill="currentColor" />
  </Glyph>
);

export const ClockGlyph = () => (
  <Glyph>
    <path
      d="M7 3h10M7 21h10M8 3c0 5 8 6 8 9s-8 4-8 9M16 3c0 5-8 6-8 9s8 4 8 9"
      fill="none"
      stroke="currentColor"
      stroke-width="2"
    />
  </Glyph>
);

export const SwordGlyph = () => (
  <Glyph>
    <path d="M20 2l-9 10 1 1 10-9 .5-2.500zM9 12l3 3-2 1 1 2-2 2-2-3-3 3-1-1 3-3-3-2 2-2 2 1z" fill="currentColor" />
  </Glyph>
);

export const StopGlyph = () => (
  <Glyph>
    <path d="M8 2h8l6 6v8l-6 6H8l-6-6V8z" fill="currentColor" />
  </Glyph>
);

export const FlagGlyph = () => (
  <Glyph>
    <path d="M5 2h2v20H5zM8 3l12 4-12 5z" fill="currentColor" />
  </Glyph>
);

export const CrossGlyph = () => (
  <Glyph>
    <path d="M5 5l14 14M19 5L5 19" stroke="currentColor" stroke-width="3" />
  </Glyph>
);

export const HomeGlyph = () => (
  <Glyph>
    <path d="M4 21V5h3v3h3V5h4v3h3V5h3v16h-6v-5a2 2 0 00-4 0v5z" fill="currentColor" />
  </Glyph>
);
