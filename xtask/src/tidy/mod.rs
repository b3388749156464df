//! What the compiler cannot check: the arrows between crates, purity, circles between files, sizes.
//!
//! Every check takes a workspace root and returns findings; none prints, and none runs another program.

mod arrows;
mod check;
mod circles;
mod files;
mod finding;
mod graph;
mod manifest;
mod purity;
mod rust_source;
mod sizes;
mod use_paths;
mod web;
mod words;

#[cfg(test)]
mod tests;

pub use check::check;
pub use finding::Finding;
