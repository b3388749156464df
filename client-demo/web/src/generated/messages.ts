// Generated from the Rust message types by `cargo xtask vectors`. Do not edit.

export type Kind = "keep" | "barracks" | "worker" | "spear" | "bow" | "ore";

export type Doing = "idle" | "moving" | "gathering" | "hauling" | "building" | "attacking";

export type EventKind = "shot" | "hit" | "fell" | "trained" | "built" | "alarm" | "exhausted" | "defeated";

export type Reject = "unseen" | "not_yours" | "unable" | "bad_target" | "off_map" | "unit_count" | "ore" | "supply" | "queue_full" | "blocked" | "over";

export type Stats = { 
/**
 * The kind they describe.
 */
kind: Kind, 
/**
 * Name for players.
 */
name: string, 
/**
 * Hit points when whole.
 */
hp: number, 
/**
 * Sight, in tiles from the centre.
 */
sight: number, 
/**
 * Side of the square it stands on, in tiles. 1 for units, which may overlap a little.
 */
size: number, 
/**
 * Walking speed, 1/256 tile a tick. 0 for what stands.
 */
speed: number, 
/**
 * Damage of one blow. 0 for what does not fight.
 */
damage: number, 
/**
 * Damage against its prey, instead of `damage`.
 */
bonusDamage: number, 
/**
 * The kind it is strong against.
 */
prey: Kind | null, 
/**
 * Reach in 1/256 tile between centres of units; to a building it counts from the building's edge.
 */
range: number, 
/**
 * Ticks between blows.
 */
cooldown: number, 
/**
 * Price in ore.
 */
cost: number, 
/**
 * Supply it takes.
 */
supply: number, 
/**
 * Supply it gives when finished.
 */
provides: number, 
/**
 * Ticks to train it, or to build it with one worker.
 */
ticks: number, 
/**
 * Where it is trained; `None` for what workers build and for ore.
 */
trainedIn: Kind | null, };

export type Action = { "type": "move", 
/**
 * Own units, 1 to [`MAX_UNITS`].
 */
units: Array<number>, 
/**
 * Target, 1/256 tile.
 */
x: number, 
/**
 * Target, 1/256 tile.
 */
y: number, 
/**
 * Fight on the way. False when absent.
 */
attack?: boolean, } | { "type": "attack", 
/**
 * Own units, 1 to [`MAX_UNITS`].
 */
units: Array<number>, 
/**
 * A visible enemy.
 */
target: number, } | { "type": "gather", 
/**
 * Own workers, 1 to [`MAX_UNITS`].
 */
units: Array<number>, 
/**
 * A visible deposit.
 */
target: number, } | { "type": "build", 
/**
 * Own workers, 1 to [`MAX_UNITS`].
 */
units: Array<number>, 
/**
 * What to build.
 */
kind: Kind, 
/**
 * Tile of the north-west corner.
 */
x: number, 
/**
 * Tile of the north-west corner.
 */
y: number, } | { "type": "help", 
/**
 * Own workers, 1 to [`MAX_UNITS`].
 */
units: Array<number>, 
/**
 * The unfinished building.
 */
target: number, } | { "type": "train", 
/**
 * Own finished building.
 */
building: number, 
/**
 * What to train.
 */
kind: Kind, } | { "type": "rally", 
/**
 * Own building.
 */
building: number, 
/**
 * Target, 1/256 tile.
 */
x: number, 
/**
 * Target, 1/256 tile.
 */
y: number, } | { "type": "stop", 
/**
 * Own units, 1 to [`MAX_UNITS`].
 */
units: Array<number>, };

export type Play = { 
/**
 * Version the client speaks; the server's own when absent.
 */
protocol?: number, 
/**
 * Name shown to others: 1 to [`MAX_NAME`] characters. "Player" when absent.
 */
name?: string, 
/**
 * Seats in the match, 2 or 4. 2 when absent.
 */
players?: number, 
/**
 * Start at once against computer players instead of waiting for others.
 */
solo?: boolean, 
/**
 * Only players who give the same code meet; computers still fill free seats. 1 to 32 characters.
 */
code?: string, 
/**
 * How long to wait for other players before computers take the free seats, in milliseconds, at most 60,000.
 * The first player of a match decides. The server's setting when absent.
 */
waitMs?: number, };

export type Resume = { 
/**
 * The token that came with the seat.
 */
token: string, 
/**
 * The last tick the client's mirror holds; the next frame then builds on it. Absent: a keyframe follows.
 */
tick?: number, };

export type Seated = { 
/**
 * Version the server speaks.
 */
protocol: number, 
/**
 * Secret that takes the seat back after a lost connection, once the match has started.
 */
token: string, };

export type Reply = { 
/**
 * The seat that was given.
 */
seated?: Seated, 
/**
 * Why none was given.
 */
error?: Problem, };

export type Problem = { 
/**
 * Stable word for programs.
 */
code: ProblemCode, 
/**
 * Sentence for people.
 */
message: string, };

export type ProblemCode = "unknown_event" | "bad_arguments" | "not_seated" | "already_seated" | "unknown_token" | "seat_taken" | "wrong_protocol" | "too_fast" | "stale_sequence" | "server_full" | "too_many_plays";

export type Lobby = { 
/**
 * Names of those who have a seat.
 */
names: Array<string>, 
/**
 * Seats in all.
 */
seats: number, 
/**
 * Milliseconds until computers take the free seats.
 */
startsInMs: number, };

export type Start = { 
/**
 * Name of the match.
 */
match: string, 
/**
 * Changes when the server had to rebuild the match; no frame builds on one of another epoch.
 */
epoch: number, 
/**
 * The receiver's seat.
 */
seat: number, 
/**
 * Ticks a second.
 */
rate: number, 
/**
 * The next action number the server expects is above this one.
 */
applied: number, 
/**
 * All seats.
 */
seats: Array<SeatInfo>, 
/**
 * The ground.
 */
map: MapInfo, };

export type SeatInfo = { 
/**
 * Name shown to others.
 */
name: string, 
/**
 * Team, from 0. Seats of one team share what they see and win together.
 */
team: number, 
/**
 * A computer plays it.
 */
computer: boolean, };

export type MapInfo = { 
/**
 * Tiles from west to east.
 */
width: number, 
/**
 * Tiles from north to south.
 */
height: number, 
/**
 * `width * height` characters, row by row from the north: `.` open ground, `#` wall.
 */
tiles: string, };

export type Notice = { 
/**
 * The seat it is about.
 */
seat: number, 
/**
 * What happened.
 */
what: NoticeKind, };

export type NoticeKind = "lost" | "back" | "left";

export type Over = { 
/**
 * The team that won; absent when nobody did.
 */
winner: number | null, 
/**
 * The tick it ended at.
 */
tick: number, 
/**
 * What each seat did, in seat order.
 */
scores: Array<Score>, };

export type Score = { 
/**
 * Units trained.
 */
trained: number, 
/**
 * Enemies felled, buildings included.
 */
felled: number, 
/**
 * Own units and buildings lost.
 */
lost: number, 
/**
 * Ore brought home.
 */
ore: number, };

