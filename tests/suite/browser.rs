//! The page in a real browser.

use std::fs;
use std::path::Path;
use std::time::Duration;

use tests::server::Server;
use tests::{browser, node};

/// Software rendering on a busy machine is slow.
const LIMIT: Duration = Duration::from_secs(180);

#[test]
#[ignore = "needs Node, the packages of tests/node, a Chromium and the built page"]
fn a_browser_plays_and_survives_a_cut_connection() {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = tests.join("../client-demo/web/dist");
    assert!(page.join("index.html").is_file(), "the page is not built: run `npm run build` in client-demo/web");
    let chromium = browser::find().expect("a Chromium is on PATH or named by MUSTER_CHROMIUM");

    let out = tests.join("out");
    fs::create_dir_all(&out).expect("tests/out can be made");
    let picture = out.join("match.png");
    // A picture left by an earlier run must not pass for this one's.
    if picture.exists() {
        fs::remove_file(&picture).expect("the old picture can be removed");
    }

    let server = Server::start_with_page(&page);
    let arguments = [server.url(), picture.display().to_string()];
    node::run(
        "browser.mjs",
        &[&arguments[0], &arguments[1]],
        &[(browser::VARIABLE, &chromium.to_string_lossy())],
        LIMIT,
    );
    let size = fs::metadata(&picture).expect("the browser saved its picture").len();
    assert!(size > 20_000, "a picture of {size} bytes shows no match");
}
