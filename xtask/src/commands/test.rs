//! `cargo xtask test`: every check, as named steps with a summary.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::cli::TestArgs;
use crate::steps::{Outcome, STEPS, Step};
use crate::workspace;

/// Runs the chosen steps, all of them even when one fails, and fails at the end when any did.
pub fn run(args: &TestArgs) -> Result<()> {
    let chosen = choose(args)?;
    if args.list {
        for step in chosen {
            println!("{:10} {}", step.name, step.what);
        }
        return Ok(());
    }
    let root = workspace::root()?;
    let started = Instant::now();
    let mut results = Vec::new();
    for step in chosen {
        results.push(run_step(step, &root));
    }
    print!("\n{}", summary(&results, started.elapsed()));
    let failed: Vec<&str> = results
        .iter()
        .filter(|result| matches!(result.outcome, Outcome::Failed(_)))
        .map(|result| result.name)
        .collect();
    if failed.is_empty() {
        return Ok(());
    }
    bail!("failed: {}", failed.join(", "))
}

struct StepResult {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

fn choose(args: &TestArgs) -> Result<Vec<&'static Step>> {
    for name in args.skip.iter().chain(&args.only) {
        if !STEPS.iter().any(|step| step.name == name) {
            let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
            bail!("there is no step `{name}`; the steps are {}", names.join(", "));
        }
    }
    let wanted = |step: &&Step| {
        let named = |names: &[String]| names.iter().any(|name| name == step.name);
        (args.only.is_empty() || named(&args.only)) && !named(&args.skip)
    };
    Ok(STEPS.iter().filter(wanted).collect())
}

fn run_step(step: &Step, root: &Path) -> StepResult {
    println!("\n=== {}: {}", step.name, step.what);
    let started = Instant::now();
    let outcome = match (step.run)(root) {
        Ok(outcome) => outcome,
        Err(error) => Outcome::Failed(format!("{error:#}")),
    };
    let took = started.elapsed();
    println!("=== {}: {outcome} ({:.1} s)", step.name, took.as_secs_f64());
    StepResult { name: step.name, outcome, took }
}

fn summary(results: &[StepResult], total: Duration) -> String {
    let mut text = String::from("step        time       result\n");
    for result in results {
        let took = format!("{:.1} s", result.took.as_secs_f64());
        // Writing to a String cannot fail.
        let _ = writeln!(text, "{:10} {took:>8}   {}", result.name, result.outcome);
    }
    let count = |wanted: fn(&Outcome) -> bool| results.iter().filter(|result| wanted(&result.outcome)).count();
    let _ = writeln!(
        text,
        "total      {:>6.1} s   {} passed, {} failed, {} skipped",
        total.as_secs_f64(),
        count(|outcome| matches!(outcome, Outcome::Passed)),
        count(|outcome| matches!(outcome, Outcome::Failed(_))),
        count(|outcome| matches!(outcome, Outcome::Skipped(_))),
    );
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str], skip: &[&str]) -> Vec<&'static str> {
        let own = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let args = TestArgs { only: own(only), skip: own(skip), list: false };
        choose(&args).expect("the names exist").iter().map(|step| step.name).collect()
    }

    #[test]
    fn only_and_skip_choose_steps_in_their_order() {
        assert_eq!(names(&["tidy", "fmt"], &[]), ["fmt", "tidy"]);
        assert_eq!(names(&["tidy", "fmt"], &["fmt"]), ["tidy"]);
        assert_eq!(names(&[], &["browser"]).len(), STEPS.len() - 1);
    }

    #[test]
    fn an_unknown_step_is_refused_by_name() {
        let args = TestArgs { skip: vec!["browsre".to_owned()], ..TestArgs::default() };
        assert!(choose(&args).is_err_and(|error| error.to_string().contains("no step `browsre`")));
    }

    #[test]
    fn the_summary_names_every_skipped_step_with_its_reason() {
        let results = [
            StepResult { name: "fmt", outcome: Outcome::Passed, took: Duration::from_millis(1500) },
            StepResult { name: "browser", outcome: Outcome::Skipped("no Chromium".to_owned()), took: Duration::ZERO },
        ];
        let text = summary(&results, Duration::from_secs(2));
        assert!(text.contains("browser       0.0 s   skipped: no Chromium"), "{text}");
        assert!(text.contains("1 passed, 0 failed, 1 skipped"), "{text}");
    }
}
