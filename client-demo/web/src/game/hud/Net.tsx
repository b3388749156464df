/** What the wire does: a small readout always, all of it in a panel on demand. */
import type { Game } from "../game";

export function NetReadout({ game }: { game: Game }) {
  const { ping } = game;
  const tone = ping === null ? "bad" : ping < 120 ? "good" : ping < 300 ? "fair" : "bad";
  return (
    <button class="net-readout" data-testid="net-readout" title="Network (N)" onClick={() => game.toggleNet()}>
      <i class={`lamp ${tone}`} />
      {ping === null ? "–" : `${Math.round(ping)} ms`}
      <span>{kilobytes(game.bytesIn.perSecond(performance.now()))}/s</span>
    </button>
  );
}

export function NetPanel({ game }: { game: Game }) {
  const now = performance.now();
  const { counts } = game.seat;
  const rows: [string, string][] = [
    ["Ping", game.ping === null ? "–" : `${game.ping.toFixed(1)} ms`],
    ["Tick", String(game.match?.world.tick ?? "–")],
    ["Frames", `${game.framesIn.perSecond(now).toFixed(1)} /s`],
    ["Received", `${kilobytes(game.bytesIn.perSecond(now))}/s`],
    ["Frames in all", String(counts.frames)],
    ["Merged", String(counts.merged)],
    ["Hashes equal", String(counts.hashOk)],
    ["Hashes unequal", String(counts.hashBad)],
    ["Transport", game.transport.kind],
    ["Reconnects", String(game.transport.reconnects)],
  ];
  return (
    <aside class="panel net-panel" data-testid="net-panel">
      <h3>Network</h3>
      <dl>
        {rows.map(([name, value]) => (
          <div key={name} class={name === "Hashes unequal" && counts.hashBad > 0 ? "warn" : ""}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </aside>
  );
}

function kilobytes(bytes: number): string {
  return bytes < 1_000 ? `${Math.round(bytes)} B` : `${(bytes / 1_000).toFixed(1)} kB`;
}
