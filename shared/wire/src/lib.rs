//! The frame codec: what one client may see of a match, as bytes, and back.
//!
//! Owns the bytes of a frame ([`frame`]), the client-side state that frames build ([`Mirror`]), and the hash both ends
//! compare. Knows no game: a [`Schema`] names the replicated components and their columns. Opens no socket, reads no
//! clock, holds no entity of the simulation.

pub mod encode;
pub mod error;
pub mod frame;
pub mod hash;
pub mod ids;
pub mod mirror;
pub mod schema;
pub mod varint;

mod gauge;
mod pack;
mod table;

pub use encode::{FrameWriter, RowValues, relative, write_seat};
pub use error::FrameError;
pub use frame::{Event, Header, Receipt, SeatUpdate};
pub use gauge::Forecast;
pub use ids::{ActionSeq, EntityId, Tick};
pub use mirror::{Applied, Mirror};
pub use schema::{ComponentSpec, Lane, Schema};
