/** All that lies over the map: which parts are there depends on the game's phase. */
import type { Game } from "../game";
import { Commands } from "./Commands";
import { MinimapPanel } from "./MinimapPanel";
import { NetPanel, NetReadout } from "./Net";
import { Result } from "./Result";
import { SelectionPanel } from "./SelectionPanel";
import { Title } from "./Title";
import { TopBar } from "./TopBar";

export function Hud({ game }: { game: Game }) {
  const { match, phase } = game;
  const playing = (phase === "playing" || phase === "over") && match !== null;
  return (
    <>
      {!playing && <Title game={game} />}
      {playing && (
        <div class={`play ${match.mode.type !== "none" ? `aiming aim-${match.mode.type}` : ""}`}>
          <TopBar game={game} match={match} />
          <div class="dock">
            <MinimapPanel match={match} />
            <SelectionPanel match={match} />
            <Commands match={match} />
          </div>
          <Hint game={game} />
        </div>
      )}
      {playing && <NetReadout game={game} />}
      {playing && game.netOpen && <NetPanel game={game} />}
      <Toasts game={game} />
      <Connection game={game} />
      {phase === "over" && game.ended !== null && match !== null && (
        <Result game={game} over={game.ended} world={match.world} />
      )}
    </>
  );
}

function Connection({ game }: { game: Game }) {
  const health = game.health();
  if (health === "good" || game.phase === "title" || game.phase === "over") return null;
  // The first connection of the page is told of by the title.
  if (game.phase === "connecting" && game.match === null && health === "lost") return null;
  const text = {
    lost: "Connection lost. Finding the way back",
    stalled: "Waiting for the server",
    back: "Connection lost, and found again",
  }[health];
  return (
    <div class={`connection ${health}`} data-testid="connection" role="alert">
      {health !== "back" && <i class="spinner" />}
      {text}
    </div>
  );
}

function Toasts({ game }: { game: Game }) {
  return (
    <div class="toasts" aria-live="polite">
      {game.toasts.map((toast) => (
        <div key={toast.id} class={`toast ${toast.tone}`}>
          {toast.text}
          {toast.times > 1 && <b> ×{toast.times}</b>}
        </div>
      ))}
    </div>
  );
}

/** What the next click does; to a player whose workers have never had work, what to do first. */
function Hint({ game }: { game: Game }) {
  const { match } = game;
  if (match === null) return null;
  const { mode } = match;
  if (mode.type === "none") {
    if (match.begun || match.world.tick < 60 || game.phase !== "playing") return null;
    return <div class="hint first">{matchMedia("(pointer: coarse)").matches ? FIRST_TOUCH : FIRST_MOUSE}</div>;
  }
  const text = {
    attack: "Choose where to attack",
    rally: "Choose where new units gather",
    place: "Choose where to build",
  }[mode.type];
  return (
    <div class="hint">
      {text}
      <button class="plain" onClick={() => match.setMode({ type: "none" })}>
        Cancel <kbd>Esc</kbd>
      </button>
    </div>
  );
}

const FIRST_MOUSE = "Drag a box around your workers, then right click the green ore";
const FIRST_TOUCH = "Tap a worker, then the green ore. Hold and drag to select many";
