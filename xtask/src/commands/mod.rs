//! One command per file, all of the same shape: `run(&Args) -> anyhow::Result<()>`.

pub mod announce;
pub mod bench;
pub mod fuzz;
pub mod instructions;
pub mod peers;
pub mod play;
pub mod targets;
pub mod test;
pub mod tidy;
pub mod vectors;
