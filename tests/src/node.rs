//! Running the programs under `tests/node`, with a limit on their time.

use std::io::{BufRead as _, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// The folder of the npm package that holds the programs. Found upwards of the crate that compiles this file, as the tests of
/// `transport` do too.
#[must_use]
pub fn folder() -> PathBuf {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().map(|above| above.join("tests/node"));
    let found = folders.into_iter().find(|folder| folder.join("package.json").is_file());
    found.expect("the workspace has a folder tests/node")
}

/// Runs `node SCRIPT ARGS` and returns all it printed. The program's lines appear as they come.
///
/// # Panics
///
/// When its packages are not installed, when it cannot start, ends with another code than 0, or is still running after
/// `limit`, in which case it is ended.
#[track_caller]
pub fn run(script: &str, args: &[&str], variables: &[(&str, &str)], limit: Duration) -> String {
    let folder = folder();
    assert!(
        folder.join("node_modules").is_dir(),
        "the packages of tests/node are not installed: run `npm ci` there, or `cargo xtask test`"
    );
    let mut node = Command::new("node");
    follow_to_end(node.arg(script).args(args).envs(variables.iter().copied()).current_dir(&folder), script, limit)
}

/// Runs any program, called `name` in what is told of it, and returns all it printed. Its lines appear as they come.
///
/// # Panics
///
/// As [`run`].
#[track_caller]
pub fn follow_to_end(command: &mut Command, name: &str, limit: Duration) -> String {
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program is installed");
    let printed = Arc::new(Mutex::new(String::new()));
    let readers = [
        follow(child.stdout.take().expect("standard output is piped"), &printed),
        follow(child.stderr.take().expect("standard error is piped"), &printed),
    ];
    let code = wait(&mut child, limit);
    for reader in readers {
        reader.join().expect("a reader only reads");
    }
    let printed = printed.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match code {
        Some(0) => printed,
        Some(code) => panic!("{name} ended with code {code}:\n{printed}"),
        None => panic!("{name} was ended after {} s or by a signal:\n{printed}", limit.as_secs()),
    }
}

/// The exit code; `None` when the time was up or a signal ended it.
fn wait(child: &mut Child, limit: Duration) -> Option<i32> {
    let deadline = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait().expect("the program was started by us") {
            return status.code();
        }
        if Instant::now() >= deadline {
            child.kill().expect("the program was started by us");
            child.wait().expect("the program was started by us");
            return None;
        }
        thread::sleep(LOOK);
    }
}

fn follow(stream: impl Read + Send + 'static, printed: &Arc<Mutex<String>>) -> JoinHandle<()> {
    let printed = Arc::clone(printed);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            println!("    {line}");
            let mut printed = printed.lock().unwrap_or_else(PoisonError::into_inner);
            printed.push_str(&line);
            printed.push('\n');
        }
    })
}
