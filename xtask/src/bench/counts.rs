//! Instruction counts of small programs, as recorded in a file and compared with it.
//!
//! Unlike times they are the same on a busy machine and on another one, as long as compiler and sources are: so a slip of a
//! few percent shows. They do not show waiting for memory.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail};

/// Where the counts are kept, from the workspace root.
pub const FILE: &str = "benches/instructions.csv";
/// By how many percent a count may be above the recorded one.
pub const TOLERANCE: u64 = 2;

/// The counts of all programs, and what compiled them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Version and host of the compiler. Counts of another one say nothing.
    pub compiler: String,
    /// Name and instructions of each program, in the order in which they run.
    pub programs: Vec<(String, u64)>,
}

/// What became of a program's count.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Above the recorded one by so many percent, more than [`TOLERANCE`].
    Above(String, f64),
    /// Below the recorded one by so many percent, more than [`TOLERANCE`]: worth recording.
    Below(String, f64),
    /// The file does not have it.
    New(String),
    /// The file has it, and it is no more.
    Gone(String),
}

impl Change {
    /// Whether a check fails for it.
    #[must_use]
    pub const fn fails(&self) -> bool {
        !matches!(self, Self::Below(..))
    }
}

impl std::fmt::Display for Change {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Above(name, percent) => write!(f, "{name} takes {percent:.1} % more instructions than recorded"),
            Self::Below(name, percent) => write!(f, "{name} takes {percent:.1} % fewer instructions than recorded"),
            Self::New(name) => write!(f, "{name} is not recorded"),
            Self::Gone(name) => write!(f, "{name} is recorded and does not exist"),
        }
    }
}

impl Counts {
    /// Reads the file's text.
    ///
    /// # Errors
    /// Names the line that is not as [`Counts::write`] writes it.
    pub fn read(text: &str) -> Result<Self> {
        let mut lines = text.lines();
        let compiler =
            lines.next().and_then(|line| line.strip_prefix("# compiler: ")).context("line 1 names no compiler")?;
        let mut programs = Vec::new();
        for line in lines.filter(|line| !line.starts_with('#') && *line != HEADING) {
            let Some((name, count)) = line.rsplit_once(',') else { bail!("`{line}` is no program and count") };
            let count = count.parse().with_context(|| format!("`{line}` has no count"))?;
            programs.push((name.to_owned(), count));
        }
        Ok(Self { compiler: compiler.to_owned(), programs })
    }

    /// The file's text.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = format!("# compiler: {}\n{HELP}{HEADING}\n", self.compiler);
        for (name, count) in &self.programs {
            // Writing to a String cannot fail.
            let _ = writeln!(text, "{name},{count}");
        }
        text
    }

    /// What is new against `recorded`, which the same compiler must have made.
    #[must_use]
    pub fn changes(&self, recorded: &Self) -> Vec<Change> {
        let find =
            |list: &Self, name: &str| list.programs.iter().find(|(other, _)| other == name).map(|(_, count)| *count);
        let ours = self.programs.iter().filter_map(|(name, now)| {
            let Some(then) = find(recorded, name) else { return Some(Change::New(name.clone())) };
            let percent = (*now as f64 / then.max(1) as f64 - 1.0) * 100.0;
            if now * 100 > then * (100 + TOLERANCE) {
                Some(Change::Above(name.clone(), percent))
            } else if now * 100 < then * (100 - TOLERANCE) {
                Some(Change::Below(name.clone(), -percent))
            } else {
                None
            }
        });
        let gone = recorded.programs.iter().filter(|(name, _)| find(self, name).is_none());
        ours.chain(gone.map(|(name, _)| Change::Gone(name.clone()))).collect()
    }
}

const HEADING: &str = "program,instructions";
const HELP: &str = "\
# Instructions of the programs in benches/instructions.rs, counted by callgrind. `cargo xtask bench instructions` records
# them, `--check` fails when one is more than 2 % above. Whoever makes one slower on purpose records it and says why.
";

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(programs: &[(&str, u64)]) -> Counts {
        let programs = programs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect();
        Counts { compiler: "rustc 1.0.0, x86_64".to_owned(), programs }
    }

    #[test]
    fn what_is_written_is_read_again_and_a_broken_line_is_named() {
        let counts = counts(&[("step/idle", 123), ("a,b", 4)]);
        assert_eq!(Counts::read(&counts.write()).expect("our own file"), counts);
        let broken = counts.write() + "step/none,many\n";
        assert!(Counts::read(&broken).is_err_and(|error| error.to_string().contains("step/none,many")));
        assert!(Counts::read("program,instructions\n").is_err());
    }

    #[test]
    fn more_than_the_tolerance_fails_and_less_is_worth_recording() {
        let recorded = counts(&[("same", 1_000), ("slow", 1_000), ("fast", 1_000), ("old", 1)]);
        let changes = counts(&[("same", 1_020), ("slow", 1_021), ("fast", 900), ("new", 1)]).changes(&recorded);
        let told: Vec<String> = changes.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(matches!(&changes[0], Change::Above(name, percent) if name == "slow" && (*percent - 2.1).abs() < 1e-6));
        assert!(matches!(&changes[1], Change::Below(name, _) if name == "fast") && !changes[1].fails());
        assert_eq!(changes[2..], [Change::New("new".to_owned()), Change::Gone("old".to_owned())]);
        assert_eq!(changes.iter().filter(|change| change.fails()).count(), 3);
    }
}
