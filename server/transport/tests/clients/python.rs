//! `python-socketio` from PyPI, over every transport and with both serializers.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use transport::Config;

use crate::driver::{LIMIT, held, serving};
use crate::{arena, node};

/// Names the Python that has the packages of `tests/python/requirements.txt`.
const PYTHON: &str = "MUSTER_PYTHON";

#[test]
#[ignore = "needs Python and the packages of tests/python"]
fn python_does_everything_over_every_transport() {
    let python = std::env::var_os(PYTHON).unwrap_or_else(|| panic!("{PYTHON} is not set: run `cargo xtask test`"));
    let script = node::folder().join("../python/socket_io.py");
    assert!(Path::new(&script).is_file());
    // A heartbeat that has to beat while the scenarios run.
    let config = Config {
        ping_interval: Duration::from_millis(300),
        ping_timeout: Duration::from_secs(10),
        ..Config::default()
    };
    let printed = serving(config, arena::set_up, |url| {
        node::follow_to_end(Command::new(python).arg(script).arg(url), "socket_io.py", 2 * LIMIT)
    });
    // Eight scenarios over three ways with two serializers.
    assert_eq!(held(&printed), 48, "{printed}");
}
