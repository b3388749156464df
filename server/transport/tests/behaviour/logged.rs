//! What the server logs on the thread of a test, which is the only one of its runtime.

use std::fmt::{self, Debug, Write};
use std::sync::{Arc, Mutex};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::DefaultGuard;
use tracing::{Event, Level, Metadata, Subscriber};

/// Lines of warnings and errors, for as long as it lives: the message, then the fields.
pub(crate) struct Logged {
    lines: Arc<Mutex<Vec<String>>>,
    _listens: DefaultGuard,
}

impl Logged {
    /// From now on, on this thread.
    pub(crate) fn new() -> Self {
        let lines = Arc::new(Mutex::new(Vec::new()));
        let listens = tracing::subscriber::set_default(Lines(lines.clone()));
        Self { lines, _listens: listens }
    }

    /// The lines that hold `words`.
    pub(crate) fn lines(&self, words: &str) -> Vec<String> {
        let lines = self.lines.lock().expect("no panic");
        lines.iter().filter(|line| line.contains(words)).cloned().collect()
    }
}

struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, what: &Metadata<'_>) -> bool {
        *what.level() <= Level::WARN
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(String::new());
        event.record(&mut line);
        self.0.lock().expect("no panic").push(line.0);
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let written: fmt::Result = write!(self.0, "{field}={value:?} ");
        written.expect("a text takes all");
    }
}
