//! The task of one connection.

mod deciding;
mod dispatch;
mod ending;
mod input;
mod joining;
mod live;
mod raw;
mod returning;

pub(crate) use live::run;
