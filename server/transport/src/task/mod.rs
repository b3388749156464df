//! The task of one connection.

mod dispatch;
mod ending;
mod input;
mod live;
mod raw;

pub(crate) use live::run;
