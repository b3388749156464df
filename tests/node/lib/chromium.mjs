// Starts a Chromium for one test: no profile, no sandbox (tests may run as root), nothing fetched in the background.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];

const FLAGS = [
  "--no-sandbox",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage",
  // WebGL in software, where there is no graphics card.
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

function find() {
  if (process.env.MUSTER_CHROMIUM) {
    return process.env.MUSTER_CHROMIUM;
  }
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch {
        // Not here; the next place is tried.
      }
    }
  }
  throw new Error("no Chromium on PATH; install one or set MUSTER_CHROMIUM");
}

/** @returns {Promise<import("playwright-core").Browser>} */
export function launch() {
  return chromium.launch({ executablePath: find(), headless: true, args: FLAGS });
}
