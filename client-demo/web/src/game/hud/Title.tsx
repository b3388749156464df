/** The title screen: from here a match is one press away. Also stands while a match is being found. */
import { useEffect, useRef, useState } from "preact/hooks";
import { drawContours } from "../art/contours";
import { shieldIcon } from "../art/icons";
import type { Game } from "../game";
import * as memory from "../memory";
import { MAX_NAME } from "../rules";

/** Milliseconds to wait for an invited friend: as long as the server lets one wait. */
const WAIT_FRIEND_MS = 60_000;
/** Milliseconds to wait for three others. */
const WAIT_FOUR_MS = 8_000;
/** Characters of an invitation at most; the server refuses longer ones. */
const MAX_CODE = 32;

export function Title({ game }: { game: Game }) {
  const code = invitation();
  const [name, setName] = useState(memory.playerName());
  const play = (players: number, solo: boolean) => {
    memory.keepName(name.trim());
    const waitMs = code !== undefined ? WAIT_FRIEND_MS : players === 4 ? WAIT_FOUR_MS : undefined;
    void game.play({ name: name.trim() || undefined, players, solo: solo || undefined, code, waitMs });
  };
  return (
    <main class="title">
      <Backdrop />
      <div class="title-card">
        <div class="arms" aria-hidden="true">
          {[2, 0, 1, 3].map((seat) => (
            <img key={seat} src={shieldIcon(seat)} alt="" />
          ))}
        </div>
        <h1>Muster</h1>
        <p class="motto">Raise a host. Take the field.</p>
        {game.phase === "title" ? (
          <>
            <label class="name">
              <span>Your name</span>
              <input
                value={name}
                maxLength={MAX_NAME}
                placeholder="Player"
                spellcheck={false}
                onInput={(event) => setName(event.currentTarget.value)}
                onKeyDown={(event) => event.key === "Enter" && play(2, false)}
              />
            </label>
            <button class="great" data-testid="play" onClick={() => play(2, false)}>
              {code === undefined ? "Play" : "Join the match"}
            </button>
            <div class="choices">
              <button data-testid="play-4" onClick={() => play(4, false)}>
                Four players
              </button>
              <button data-testid="play-solo" onClick={() => play(2, true)}>
                Against the computer
              </button>
              <Invite code={code} />
            </div>
            {game.trouble !== "" && <p class="trouble">{game.trouble}</p>}
          </>
        ) : (
          <Waiting game={game} />
        )}
      </div>
      <p class="keys">
        Drag to select · right click to order · <kbd>A</kbd> attack · <kbd>B</kbd> build · wheel to zoom
      </p>
      <p class="touch-keys">Tap to select and order · hold to select many · pinch to zoom</p>
    </main>
  );
}

/** The code in the page's address, if the server would take it. */
function invitation(): string | undefined {
  const code = new URLSearchParams(location.search).get("code")?.trim() ?? "";
  return code === "" || [...code].length > MAX_CODE ? undefined : code;
}

function Waiting({ game }: { game: Game }) {
  const waiting = game.lobbyNow;
  const seconds = waiting === null ? 0 : Math.max(0, Math.ceil((waiting.until - performance.now()) / 1_000));
  return (
    <div class="waiting" data-testid="lobby">
      <i class="spinner" />
      {waiting === null ? (
        <p>
          {game.returning ? "Returning to your match" : game.transport.up ? "Finding a match" : "Reaching the server"}
        </p>
      ) : (
        <>
          <p>{seconds > 0 ? `The match begins in ${seconds}` : "The match begins"}</p>
          <ul>
            {Array.from({ length: waiting.lobby.seats }, (_, seat) => (
              <li key={seat} class={seat < waiting.lobby.names.length ? "taken" : ""}>
                <img src={shieldIcon(seat)} alt="" />
                {waiting.lobby.names[seat] ?? "Awaiting a player"}
              </li>
            ))}
          </ul>
        </>
      )}
      <button class="plain" onClick={() => game.leave()}>
        Cancel
      </button>
    </div>
  );
}

/** Copies a link; whoever opens it meets the player who does. */
function Invite({ code }: { code: string | undefined }) {
  const [copied, setCopied] = useState(false);
  const [shown, setShown] = useState("");
  if (copied) return <span class="invited">Link copied</span>;
  if (shown !== "") {
    return (
      <input
        class="invited"
        aria-label="Link for your friend"
        readOnly
        value={shown}
        onFocus={(event) => event.currentTarget.select()}
      />
    );
  }
  if (code !== undefined) return <span class="invited">Invitation {code}</span>;
  const invite = () => {
    const made = Math.random().toString(36).slice(2, 8);
    const link = `${location.origin}${location.pathname}?code=${made}`;
    history.replaceState(null, "", `?code=${made}`);
    // A page that did not come over https has no clipboard.
    if (navigator.clipboard === undefined) {
      setShown(link);
      return;
    }
    navigator.clipboard.writeText(link).then(
      () => setCopied(true),
      () => setShown(link),
    );
  };
  return <button onClick={invite}>Invite a friend</button>;
}

function Backdrop() {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const draw = () => drawContours(canvas.current!, window.innerWidth, window.innerHeight);
    draw();
    window.addEventListener("resize", draw);
    return () => window.removeEventListener("resize", draw);
  }, []);
  return <canvas class="backdrop" ref={canvas} />;
}
