/** What the selection can be told: build, train, attack, stop. Each button says its key, its price and why not. */
import type { ComponentChildren } from "preact";
import { kindIcon } from "../art/icons";
import { TRAIN_KEYS } from "../input/keyboard";
import type { Match } from "../match";
import { KIND_BARRACKS, KIND_KEEP, QUEUE_LIMIT, RATE, STATS, trainedIn } from "../rules";
import type { Entity } from "../state/world";
import { CrossGlyph, FlagGlyph, OreGlyph, StopGlyph, SwordGlyph } from "./glyphs";

export function Commands({ match }: { match: Match }) {
  const { selection } = match;
  const [units, workers, buildings] = [selection.units(), selection.workers(), selection.buildings()];
  if (selection.size === 0) return null;
  return (
    <section class="panel commands">
      {units.length > 0 && (
        <>
          <Command
            name="Attack"
            letter="A"
            note="Walk and fight every enemy on the way"
            on={match.mode.type === "attack"}
            run={() => match.setMode({ type: "attack" })}
          >
            <SwordGlyph />
          </Command>
          <Command name="Stop" letter="S" note="Drop everything" run={() => match.stop()}>
            <StopGlyph />
          </Command>
        </>
      )}
      {workers.length > 0 &&
        [KIND_BARRACKS, KIND_KEEP].map((kind) => (
          <Make
            key={kind}
            match={match}
            kind={kind}
            letter={kind === KIND_KEEP ? "K" : "B"}
            verb="Build"
            trouble=""
            on={match.mode.type === "place" && match.mode.kind === kind}
            run={() => match.setMode({ type: "place", kind })}
          />
        ))}
      {units.length === 0 && buildings.length > 0 && <Training match={match} buildings={buildings} />}
      <button class="command drop" title="Select nothing (Esc)" onClick={() => selection.clear()}>
        <CrossGlyph />
        <span class="label">Drop</span>
      </button>
    </section>
  );
}

function Training({ match, buildings }: { match: Match; buildings: Entity[] }) {
  const kinds = [...new Set(buildings.map((building) => building.kind))];
  const trained = kinds.flatMap((home) => trainedIn(home).map((kind, place) => ({ home, kind, place })));
  return (
    <>
      {trained.map(({ home, kind, place }) => {
        const free = buildings.some(({ kind: its, queue }) => its === home && (queue?.waiting ?? 0) < QUEUE_LIMIT);
        const room = match.world.supply + STATS[kind].supply <= match.world.supplyCap;
        return (
          <Make
            key={kind}
            match={match}
            kind={kind}
            letter={home === kinds[0] ? TRAIN_KEYS[place].toUpperCase() : ""}
            verb="Train"
            trouble={!free ? "The queue is full" : !room ? "Not enough supply: build another keep" : ""}
            run={() => match.train(kind)}
          />
        );
      })}
      <Command
        name="Rally"
        letter="R"
        note="Where new units gather"
        on={match.mode.type === "rally"}
        run={() => match.setMode({ type: "rally" })}
      >
        <FlagGlyph />
      </Command>
    </>
  );
}

interface MakeProps {
  match: Match;
  kind: number;
  letter: string;
  verb: string;
  trouble: string;
  on?: boolean;
  run: () => void;
}

function Make({ match, kind, letter, verb, trouble, on, run }: MakeProps) {
  const stats = STATS[kind];
  const poor = match.world.ore < stats.cost;
  const why = trouble !== "" ? trouble : poor ? `Not enough ore: ${stats.cost - match.world.ore} more` : "";
  const seconds = Math.round(stats.ticks / RATE);
  return (
    <Command
      name={stats.name}
      letter={letter}
      note={why !== "" ? why : `${verb} a ${stats.name.toLowerCase()}: ${stats.cost} ore, ${seconds} s`}
      cost={stats.cost}
      poor={poor}
      off={why !== ""}
      on={on}
      run={run}
    >
      <img src={kindIcon(kind, match.world.me)} alt="" />
    </Command>
  );
}

interface CommandProps {
  name: string;
  letter: string;
  note: string;
  cost?: number;
  poor?: boolean;
  off?: boolean;
  on?: boolean;
  run: () => void;
  children: ComponentChildren;
}

function Command({ name, letter, note, cost, poor, off, on, run, children }: CommandProps) {
  return (
    <button
      class={`command ${on ? "on" : ""} ${off ? "off" : ""}`}
      data-testid={`command-${name.toLowerCase()}`}
      aria-disabled={off}
      onClick={run}
    >
      {letter !== "" && <kbd>{letter}</kbd>}
      {children}
      <span class="label">{name}</span>
      {cost !== undefined && (
        <span class={`cost ${poor ? "poor" : ""}`}>
          <OreGlyph />
          {cost}
        </span>
      )}
      <span class="tip">{note}</span>
    </button>
  );
}
