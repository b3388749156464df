//! Each bound of the settings, on both sides of it: at the limit everything works, one beyond is refused as documented.

mod bodies;
mod heads;
mod packets;
mod queue;
mod rooms;
mod shares;
mod times;
