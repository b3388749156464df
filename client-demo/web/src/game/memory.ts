/** What outlives the page: the player's name for good; the seat's token and what was explored for this tab. */
import type { Vision } from "./state/vision";

const NAME = "muster.name";
const TOKEN = "muster.token";
const EXPLORED = "muster.explored";

export function playerName(): string {
  return read(localStorage, NAME) ?? "";
}

export function keepName(name: string): void {
  write(localStorage, NAME, name);
}

export function token(): string | null {
  return read(sessionStorage, TOKEN);
}

export function keepToken(token: string | null): void {
  write(sessionStorage, TOKEN, token);
}

export function keepExplored(match: string, vision: Vision): void {
  write(sessionStorage, EXPLORED, `${match} ${vision.dump()}`);
}

export function restoreExplored(match: string, vision: Vision): void {
  const [name, dump] = (read(sessionStorage, EXPLORED) ?? "").split(" ");
  if (name === match && dump !== undefined) vision.restore(dump);
}

export function forgetExplored(): void {
  write(sessionStorage, EXPLORED, null);
}

// A browser may forbid storage altogether; the game then forgets, and plays on.

function read(storage: Storage, key: string): string | null {
  try {
    return storage.getItem(key);
  } catch {
    return null;
  }
}

function write(storage: Storage, key: string, value: string | null): void {
  try {
    if (value === null) storage.removeItem(key);
    else storage.setItem(key, value);
  } catch {
    // Forgotten, then.
  }
}
