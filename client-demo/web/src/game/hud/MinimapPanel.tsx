/** The small map in its frame, with the buttons that find things. A press moves the camera, a right press orders. */
import { useEffect, useRef } from "preact/hooks";
import { kindIcon } from "../art/icons";
import type { Match } from "../match";
import { KIND_WORKER } from "../rules";
import { HomeGlyph } from "./glyphs";

/** Pixels of the canvas on each side. */
const SIDE = 360;
const REDRAW_MS = 66;

export function MinimapPanel({ match }: { match: Match }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    let [frame, drawnAt] = [0, 0];
    const draw = (now: number) => {
      frame = requestAnimationFrame(draw);
      if (canvas.current === null || now - drawnAt < REDRAW_MS) return;
      drawnAt = now;
      match.minimap.draw(canvas.current, now);
    };
    frame = requestAnimationFrame(draw);
    return () => cancelAnimationFrame(frame);
  }, [match]);
  const idle = match.idleWorkers().length;
  const at = (event: PointerEvent) => match.minimap.toMap(canvas.current!, event.clientX, event.clientY);
  const go = (event: PointerEvent) => {
    const { x, y } = at(event);
    match.camera.jump(x, y);
  };
  return (
    <section class="panel minimap">
      <canvas
        ref={canvas}
        width={SIDE}
        height={SIDE}
        data-testid="minimap"
        onContextMenu={(event) => event.preventDefault()}
        onPointerDown={(event) => {
          event.preventDefault();
          event.currentTarget.setPointerCapture(event.pointerId);
          if (event.button === 2) {
            const { x, y } = at(event);
            match.orderAt(x, y, 0.5);
          } else go(event);
        }}
        onPointerMove={(event) => {
          if ((event.buttons & 1) === 1) go(event);
        }}
      />
      <div class="finders">
        <button class="square" title="To the keep (H)" onClick={() => match.home()}>
          <HomeGlyph />
        </button>
        <button
          class={`square idle ${idle > 0 ? "some" : ""}`}
          disabled={idle === 0}
          title="Next idle worker (F)"
          data-testid="idle"
          onClick={() => match.nextIdle()}
        >
          <img src={kindIcon(KIND_WORKER, match.world.me)} alt="Idle workers" />
          {idle > 0 && <b>{idle}</b>}
        </button>
      </div>
    </section>
  );
}
