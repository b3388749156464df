//! The TypeScript of the message types and of the tables of numbers.

use std::fmt::Write;

use messages::action::{Action, MAX_UNITS};
use messages::event::EventKind;
use messages::kind::Kind;
use messages::reject::Reject;
use messages::rules::{self, Stats};
use messages::schema::{Doing, NOBODY, PROGRESS_STEP};
use messages::{SCHEMA, session};
use serde_json::{Value, json};
use ts_rs::{Config, TS};
use wire::ComponentSpec;

const HEADER: &str = "// Generated from the Rust message types by `cargo xtask vectors`. Do not edit.\n";

/// Types of everything that is said outside frames.
pub(crate) fn messages() -> String {
    let config = Config::new();
    let types = [
        Kind::decl(&config),
        Doing::decl(&config),
        EventKind::decl(&config),
        Reject::decl(&config),
        Stats::decl(&config),
        Action::decl(&config),
        session::Play::decl(&config),
        session::Resume::decl(&config),
        session::Seated::decl(&config),
        session::Reply::decl(&config),
        session::Problem::decl(&config),
        session::ProblemCode::decl(&config),
        session::Lobby::decl(&config),
        session::Start::decl(&config),
        session::SeatInfo::decl(&config),
        session::MapInfo::decl(&config),
        session::Notice::decl(&config),
        session::NoticeKind::decl(&config),
        session::Over::decl(&config),
        session::Score::decl(&config),
    ];
    let mut out = format!("{HEADER}\n");
    for declaration in types {
        // The declarations carry the Rust comments; the export keyword is all they lack.
        let start = declaration.find("type ").expect("a declaration declares a type");
        let (comment, rest) = declaration.split_at(start);
        writeln!(out, "{comment}export {rest}\n").expect("writing to a string");
    }
    out
}

/// The schema as clients need it: what is not said is false.
pub(crate) fn schema() -> Value {
    let component = |spec: &ComponentSpec| {
        let mut said = json!({ "name": spec.name, "columns": spec.columns });
        if spec.is_motion() {
            said["motion"] = json!(true);
        }
        if spec.unsigned {
            said["unsigned"] = json!(true);
        }
        said
    };
    json!({ "components": SCHEMA.components.iter().map(component).collect::<Vec<_>>(), "seat": SCHEMA.seat })
}

/// The tables of numbers.
pub(crate) fn rules() -> String {
    let mut out = format!("{HEADER}\nimport type {{ Doing, Kind, Reject, Stats }} from \"./messages\";\n\n");
    let mut put = |name: &str, kind: &str, value: Value| {
        let text = serde_json::to_string_pretty(&value).expect("json");
        writeln!(out, "export const {name}{kind} = {text}{};\n", if kind.is_empty() { " as const" } else { "" })
            .expect("writing to a string");
    };
    put("PROTOCOL", "", json!(session::PROTOCOL));
    put("TILE", "", json!(rules::TILE));
    put("RATE", "", json!(rules::RATE));
    put("CARGO", "", json!(rules::CARGO));
    put("QUEUE_LIMIT", "", json!(rules::QUEUE_LIMIT));
    put("MAX_UNITS", "", json!(MAX_UNITS));
    put("MAX_NAME", "", json!(session::MAX_NAME));
    put("NOBODY", "", json!(NOBODY));
    put("PROGRESS_STEP", "", json!(PROGRESS_STEP));
    put("SCHEMA", "", schema());
    put("KINDS", ": readonly Kind[]", json!(Kind::ALL));
    put("DOING", ": readonly Doing[]", json!(Doing::ALL));
    put("STATS", ": readonly Stats[]", json!(rules::STATS));
    let events =
        EventKind::ALL.iter().map(|kind| (json!(kind).as_str().unwrap_or_default().to_owned(), json!(*kind as u8)));
    put("EVENTS", "", Value::Object(events.collect()));
    let rejects =
        Reject::ALL.iter().map(|reason| (reason.code().to_string(), json!({ "name": reason, "text": reason.text() })));
    put("REJECTS", ": Record<number, { name: Reject; text: string }>", Value::Object(rejects.collect()));
    out
}
