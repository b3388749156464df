//! The game's words: what clients and server of the strategy game say to each other beside frames.
//!
//! Owns the schema of replicated components, the actions, the handshake, the rules both ends need (costs, ranges,
//! sizes) and the TypeScript made from them. Decides nothing: whether an action is allowed is the server's matter.

pub mod action;
pub mod event;
pub mod kind;
pub mod reject;
pub mod rules;
pub mod schema;
pub mod session;

pub use action::Action;
pub use event::EventKind;
pub use kind::Kind;
pub use reject::Reject;
pub use schema::SCHEMA;
