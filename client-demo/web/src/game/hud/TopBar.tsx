/** What the player owns, who plays, and how long it has lasted. */
import { shieldIcon } from "../art/icons";
import type { Game } from "../game";
import type { Match } from "../match";
import { tincture } from "../palette";
import { ClockGlyph, CrossGlyph, OreGlyph, SupplyGlyph } from "./glyphs";

export function TopBar({ game, match }: { game: Game; match: Match }) {
  const { world } = match;
  const rate = game.startInfo?.rate ?? 20;
  const full = world.supply >= world.supplyCap;
  return (
    <header class="top">
      <div class="stock panel">
        <span class="figure ore" title="Ore">
          <OreGlyph />
          {world.ore}
        </span>
        <span
          class={`figure ${full ? "full" : ""}`}
          title="Supply: units and units in training, of what your keeps feed"
        >
          <SupplyGlyph />
          {world.supply}
          <small>/{world.supplyCap}</small>
        </span>
        <span class="figure clock" title="Time">
          <ClockGlyph />
          {time(Math.floor(world.tick / rate))}
        </span>
      </div>
      <div class="players panel">
        {world.seats.map((seat, number) => (
          <span
            key={number}
            class={`player ${match.defeated.has(seat.team) ? "fallen" : ""} ${game.away.has(number) ? "away" : ""}`}
            style={{ color: tincture(number).light }}
          >
            <img src={shieldIcon(number)} alt="" />
            {number === world.me ? "You" : seat.name}
          </span>
        ))}
      </div>
      <button
        class="panel square leave"
        title="Give up and leave"
        onClick={() => confirm("Leave this match for good?") && game.leave()}
      >
        <CrossGlyph />
      </button>
    </header>
  );
}

function time(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
