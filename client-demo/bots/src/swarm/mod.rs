//! Many players at once, and what they measured. Owns the command line, the run and the report.

mod args;
mod progress;
mod report;
mod run;

pub use args::Args;
pub use report::Report;
pub use run::{main, run};
