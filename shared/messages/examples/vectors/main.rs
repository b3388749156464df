//! Writes what is made from the Rust types: golden frames for the mirrors, and TypeScript for the browser.
//!
//! Usage: `vectors ROOT`, where ROOT is the checkout.

mod frames;
mod typescript;

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let root = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".into()));
    let files = [
        ("shared/messages/vectors/frames.json", frames::json()),
        ("client-demo/web/src/generated/messages.ts", typescript::messages()),
        ("client-demo/web/src/generated/rules.ts", typescript::rules()),
    ];
    for (path, text) in files {
        let path = root.join(path);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, text)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
