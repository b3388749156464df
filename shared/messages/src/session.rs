//! The handshake and the lobby: everything that is said outside frames and actions.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Version of everything in PROTOCOL.md. A client that speaks another one is refused.
pub const PROTOCOL: u32 = 2;
/// Longest player name, in characters.
pub const MAX_NAME: usize = 24;

/// Asks for a seat: the argument of `play`.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
#[ts(optional_fields)]
pub struct Play {
    /// Version the client speaks; the server's own when absent.
    pub protocol: Option<u32>,
    /// Name shown to others: 1 to [`MAX_NAME`] characters. "Player" when absent.
    pub name: Option<String>,
    /// Seats in the match, 2 or 4. 2 when absent.
    pub players: Option<u8>,
    /// Start at once against computer players instead of waiting for others.
    pub solo: Option<bool>,
    /// Only players who give the same code meet; computers still fill free seats. 1 to 32 characters.
    pub code: Option<String>,
    /// How long to wait for other players before computers take the free seats, in milliseconds, at most 60,000.
    /// The first player of a match decides. The server's setting when absent.
    pub wait_ms: Option<u32>,
}

/// Takes a seat back after the connection was lost: the argument of `resume`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[ts(optional_fields)]
pub struct Resume {
    /// The token that came with the seat.
    pub token: String,
    /// The last tick the client's mirror holds; the next frame then builds on it. Absent: a keyframe follows.
    #[serde(default)]
    pub tick: Option<u32>,
}

/// The answer to `play` and `resume` when a seat was given.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Seated {
    /// Version the server speaks.
    pub protocol: u32,
    /// Secret that takes the seat back after a lost connection, once the match has started.
    pub token: String,
}

/// A match that waits for players: the argument of `lobby`, sent whenever it changes.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Lobby {
    /// Names of those who have a seat.
    pub names: Vec<String>,
    /// Seats in all.
    pub seats: u8,
    /// Milliseconds until computers take the free seats.
    pub starts_in_ms: u32,
}

/// One seat of a match that has started.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SeatInfo {
    /// Name shown to others.
    pub name: String,
    /// Team, from 0. Seats of one team share what they see and win together.
    pub team: u8,
    /// A computer plays it.
    pub computer: bool,
}

/// The ground of a match. Known to everyone from the start; what stands on it is not.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MapInfo {
    /// Tiles from west to east.
    pub width: u16,
    /// Tiles from north to south.
    pub height: u16,
    /// `width * height` characters, row by row from the north: `.` open ground, `#` wall.
    pub tiles: String,
}

/// The match begins, or goes on for someone who came back: the argument of `start`. Frames follow.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Start {
    /// Name of the match.
    #[serde(rename = "match")]
    pub match_id: String,
    /// Changes when the server had to rebuild the match; no frame builds on one of another epoch.
    pub epoch: u32,
    /// The receiver's seat.
    pub seat: u8,
    /// Ticks a second.
    pub rate: u16,
    /// The next action number the server expects is above this one.
    pub applied: u32,
    /// All seats.
    pub seats: Vec<SeatInfo>,
    /// The ground.
    pub map: MapInfo,
}

/// The match is over: the argument of `over`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Over {
    /// The team that won; absent when nobody did.
    pub winner: Option<u8>,
    /// The tick it ended at.
    pub tick: u32,
    /// What each seat did, in seat order.
    pub scores: Vec<Score>,
}

/// What one seat did in a match.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    /// Units trained.
    pub trained: u32,
    /// Enemies felled, buildings included.
    pub felled: u32,
    /// Own units and buildings lost.
    pub lost: u32,
    /// Ore brought home.
    pub ore: u32,
}

/// A player came or went: the argument of `notice`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// The seat it is about.
    pub seat: u8,
    /// What happened.
    pub what: NoticeKind,
}

/// What a [`Notice`] tells.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum NoticeKind {
    /// The player's connection was lost; the seat is kept for a while.
    Lost,
    /// The player is back.
    Back,
    /// The player left for good; a computer plays on.
    Left,
}

/// Something a client did wrong: the argument of `error`, and the `error` field of a refused `play` or `resume`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Stable word for programs.
    pub code: ProblemCode,
    /// Sentence for people.
    pub message: String,
}

/// The kinds of [`Problem`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ProblemCode {
    /// No such event.
    UnknownEvent,
    /// Arguments of the wrong number, type or size.
    BadArguments,
    /// An action, or another event that needs a seat, before `play`.
    NotSeated,
    /// `play` or `resume` while seated.
    AlreadySeated,
    /// The token names no open seat.
    UnknownToken,
    /// The seat was resumed on another connection; this one is free again.
    SeatTaken,
    /// The client speaks another protocol version.
    WrongProtocol,
    /// More actions than the limit allows.
    TooFast,
    /// An action number that is not above the last one.
    StaleSequence,
    /// The server takes no more matches now.
    ServerFull,
}

/// The reply to `play` and `resume`, as the acknowledgement's only argument: one of the two fields is there.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(optional_fields)]
pub struct Reply {
    /// The seat that was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seated: Option<Seated>,
    /// Why none was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}
