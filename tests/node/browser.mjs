// Plays the page in a real browser with mouse and keyboard: presses Play, walks workers into the unknown, loses the
// connection and sees it heal, and saves a picture. `window.__muster` tells what is on the screen; orders are given by mouse.

import { setTimeout as sleep } from "node:timers/promises";
import { launch } from "./lib/chromium.mjs";
import { Cuttable } from "./lib/cuttable.mjs";

const TILE = 256;
/** Software rendering on two busy cores is slow; nothing here may take longer, in ms. */
const PATIENCE = 30_000;
/** How far a worker must walk to count, in 1/256 tile. */
const WALKED = 2 * TILE;
/** Directions to look for undiscovered land in, in tiles. */
const DIRECTIONS = [[9, 6], [-9, 6], [9, -6], [-9, -6], [10, 0], [-10, 0], [0, 7], [0, -7]];
const SIZE = { width: 1280, height: 800 };

function check(condition, message) {
  if (!condition) {
    throw new Error(message);
  }
}

/** Evaluates an expression over the page's hook, named `m`. */
function look(page, expression) {
  return page.evaluate(`((m) => (${expression}))(window.__muster)`);
}

async function until(page, what, expression, patience = PATIENCE) {
  try {
    await page.waitForFunction(`((m) => m !== undefined && (${expression}))(window.__muster)`, null, { timeout: patience, polling: 50 });
  } catch {
    const state = await look(page, "m && { phase: m.phase, tick: m.tick, own: m.own().length, stats: m.stats }");
    throw new Error(`${what} did not come within ${patience} ms: ${JSON.stringify(state)}`);
  }
}

/** One click on Play, and the time until the first frame of a running match. */
async function play(page) {
  const button = page.getByTestId("play");
  await button.waitFor({ timeout: PATIENCE });
  const clicked = performance.now();
  await button.click();
  await until(page, "a running match", 'm.phase === "playing" && m.tick !== null && m.own().length > 0');
  return performance.now() - clicked;
}

/** Draws a box around all own workers. */
async function selectWorkers(page) {
  const [keep] = await look(page, 'm.own().filter((it) => it.kind === "keep")');
  check(keep, "no keep of one's own");
  await look(page, `m.lookAt(${keep.x}, ${keep.y})`);
  await sleep(300);
  const corners = await look(page, 'm.own().filter((it) => it.kind === "worker").map((it) => m.screenOf(it.x, it.y))');
  check(corners.length > 0, "no worker of one's own");
  const [left, right] = [Math.min(...corners.map((at) => at.x)) - 30, Math.max(...corners.map((at) => at.x)) + 30];
  const [top, bottom] = [Math.min(...corners.map((at) => at.y)) - 30, Math.max(...corners.map((at) => at.y)) + 30];
  await page.mouse.move(left, top);
  await page.mouse.down();
  await page.mouse.move((left + right) / 2, (top + bottom) / 2, { steps: 4 });
  await page.mouse.move(right, bottom, { steps: 4 });
  await page.mouse.up();
  await until(page, "a selection", "m.selected().length > 0", 5_000);
  return keep;
}

/** Sends the selection by right click where nobody has been yet; sees it walk and the fog lift. */
async function explore(page) {
  const keep = await selectWorkers(page);
  const before = await look(page, "({ explored: m.exploredTiles(), units: m.own().filter((it) => m.selected().includes(it.id)) })");
  check(before.units.length > 0, "nothing of one's own is selected");
  const unit = before.units[0];
  for (const [dx, dy] of DIRECTIONS) {
    const at = await look(page, `m.screenOf(${keep.x + dx * TILE}, ${keep.y + dy * TILE})`);
    if (at.x < 40 || at.y < 80 || at.x > SIZE.width - 40 || at.y > SIZE.height - 220) {
      continue;
    }
    await page.mouse.click(at.x, at.y, { button: "right" });
    const walked = `m.own().some((it) => it.id === ${unit.id} && Math.hypot(it.x - ${unit.x}, it.y - ${unit.y}) >= ${WALKED})`;
    try {
      await until(page, "walking and fog lifting", `${walked} && m.exploredTiles() > ${before.explored}`, 8_000);
      return { unit: unit.kind, explored: (await look(page, "m.exploredTiles()")) - before.explored };
    } catch {
      // Perhaps a wall or the map's edge lies there; another direction will do.
    }
  }
  throw new Error(`a ${unit.kind} sent in ${DIRECTIONS.length} directions found nothing new`);
}

/** Cuts the connection below the browser, sees the page say so, and sees it heal by itself. */
async function cutAndHeal(page, relay) {
  const { tick, reconnects, own } = await look(page, "({ tick: m.tick, reconnects: m.stats.reconnects, own: m.own().length })");
  relay.cut();
  await until(page, "the loss of the connection", 'm.stats.transport === "none"');
  await page.getByTestId("connection").waitFor({ state: "visible", timeout: PATIENCE });
  await sleep(1_500);
  relay.heal();
  await page.getByTestId("connection").waitFor({ state: "hidden", timeout: PATIENCE });
  await until(page, "the connection's return", `m.stats.reconnects > ${reconnects} && m.phase === "playing" && m.tick > ${tick} + 20`);
  const now = await look(page, "({ tick: m.tick, own: m.own().length })");
  check(now.own >= own / 2, `of ${own} units, ${now.own} are left after the cut`);
  await until(page, "frames after the cut", `m.tick > ${now.tick} + 20`);
  return now.tick - tick;
}

/** Tiles of barracks' corners to try, from the keep's centre. */
const SITES = [[3, -2], [3, 1], [-6, -2], [-6, 1], [-2, 3], [-2, -6], [4, -5], [-6, 4]];

/** Puts everyone to work before the picture is taken: through the hook, as nothing is tested here but that it is done. */
async function work(page) {
  const keep = await look(page, 'm.own().find((it) => it.kind === "keep")');
  await look(
    page,
    `(() => {
      const far = (it) => Math.hypot(it.x - ${keep.x}, it.y - ${keep.y});
      const ore = m.all().filter((it) => it.kind === "ore").sort((a, b) => far(a) - far(b));
      const workers = m.own().filter((it) => it.kind === "worker");
      workers.forEach((it, n) => m.order({ type: "gather", units: [it.id], target: ore[n % Math.min(3, ore.length)].id }));
    })()`,
  );
  const [x, y] = [Math.floor(keep.x / TILE), Math.floor(keep.y / TILE)];
  for (const [dx, dy] of SITES) {
    const builders = 'm.own().filter((it) => it.kind === "worker").slice(0, 2).map((it) => it.id)';
    await look(page, `m.order({ type: "build", kind: "barracks", x: ${x + dx}, y: ${y + dy}, units: ${builders} })`);
    try {
      await until(page, "a site", 'm.own().some((it) => it.kind === "barracks")', 700);
      break;
    } catch {
      // Something stands there; another place will do.
    }
  }
  await until(page, "barracks in the making", 'm.own().some((it) => it.kind === "barracks" && it.hp > 200)', 2 * PATIENCE);
  await look(page, `m.order({ type: "train", building: ${keep.id}, kind: "worker" })`);
  await until(page, "ore being carried home", "m.ore >= 60", 2 * PATIENCE);
  await look(page, `m.lookAt(${keep.x}, ${keep.y})`);
  await sleep(500);
}

async function run(url, picture) {
  const { hostname, port } = new URL(url);
  const relay = await Cuttable.to(hostname, Number(port || 80));
  const browser = await launch();
  const complaints = [];
  let page;
  try {
    page = await browser.newPage({ viewport: SIZE });
    page.on("pageerror", (error) => complaints.push(error.message));
    await page.goto(`${relay.url}/?sharp`, { timeout: PATIENCE });
    const took = await play(page);
    console.log(`ok    a match runs ${(took / 1000).toFixed(1)} s after the click on Play`);
    const { unit, explored } = await explore(page);
    console.log(`ok    a ${unit} walked where it was sent, and ${explored} tiles came out of the fog`);
    const ticks = await cutAndHeal(page, relay);
    console.log(`ok    the connection was cut and healed, ${ticks} ticks later`);
    await work(page);
    const stats = await look(page, "m.stats");
    check(stats.hashOk > 0 && stats.hashBad === 0, `hashes: ${JSON.stringify(stats)}`);
    check(complaints.length === 0, `the page complained: ${complaints.join("; ")}`);
    await page.screenshot({ path: picture });
    console.log(`ok    ${stats.frames} frames, ${stats.hashOk} hashes equal, over ${stats.transport}; saved ${picture}`);
  } catch (error) {
    await page?.screenshot({ path: picture.replace(/(\.png)?$/, ".failed.png") }).catch(() => {});
    throw complaints.length > 0 ? new Error(`${error.message}; the page complained: ${complaints.join("; ")}`) : error;
  } finally {
    await browser.close();
    relay.close();
  }
}

const [url, picture] = process.argv.slice(2);
if (!url?.startsWith("http") || !picture) {
  console.error("usage: node browser.mjs URL OUT.png\n  plays the page that a Muster server serves, for example: node browser.mjs http://127.0.0.1:3000 match.png");
  process.exit(2);
}
try {
  await run(url, picture);
} catch (error) {
  console.log(`FAIL  ${error.message}`);
  process.exitCode = 1;
}
