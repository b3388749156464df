//! The task of one connection.

mod dispatch;
mod ending;
mod input;
mod joining;
mod live;

pub(crate) use live::run;
