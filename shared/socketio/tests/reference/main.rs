//! Our JSON parser beside npm's `socket.io-parser`: one corpus through both decoders, compared message by message. What differs
//! has to stand in [`differences`].

mod corpus;
mod differences;
#[allow(unreachable_pub, reason = "the file belongs to the crate `tests`, which needs the whole game to build")]
#[path = "../../../../tests/src/node.rs"]
mod node;
mod ours;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use corpus::{Case, Part};
use ours::Answer;

/// Mutations beside the cases written by hand.
const MUTATIONS: usize = 20_000;
const SEED: u64 = 0x5eed;

#[test]
fn the_corpus_is_the_same_each_time_and_has_what_is_taken_and_what_is_refused() {
    let corpus = corpus::all(SEED, MUTATIONS);
    assert_eq!(corpus, corpus::all(SEED, MUTATIONS));
    assert_ne!(corpus, corpus::all(SEED + 1, MUTATIONS));
    let refused = corpus.iter().filter(|case| matches!(ours::decode(case).last(), Some(Answer::Refused(_)))).count();
    assert!(refused > corpus.len() / 5 && refused < corpus.len() * 4 / 5, "{refused} of {}", corpus.len());
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn every_case_is_taken_or_refused_as_the_reference_does_and_means_the_same() {
    let corpus = corpus::all(SEED, MUTATIONS);
    let theirs = reference(&corpus);
    assert_eq!(theirs.len(), corpus.len());
    let mut met = BTreeMap::new();
    let mut wrong = Vec::new();
    for (case, theirs) in corpus.iter().zip(&theirs) {
        match compare(case, theirs) {
            Ok(None) => {}
            Ok(Some(difference)) => *met.entry(difference).or_insert(0) += 1,
            Err(why) => wrong.push(why),
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} cases differ:\n{}",
        wrong.len(),
        corpus.len(),
        wrong[..wrong.len().min(20)].join("\n")
    );
    for difference in &differences::ALL {
        let count = met.get(difference.name).copied().unwrap_or(0);
        println!("{count:5} refused by us alone: {}: {}", difference.name, difference.why);
        assert!(count > 0, "nothing in the corpus shows the difference `{}`", difference.name);
    }
}

/// The deliberate difference that the case meets, or nothing where both parsers say the same.
fn compare(case: &Case, theirs: &[String]) -> Result<Option<&'static str>, String> {
    let ours = ours::decode(case);
    let told = || format!("{case}\n  ours      {}\n  reference {}", ours::told(&ours), theirs.join(" | "));
    for (at, answer) in ours.iter().enumerate() {
        let Some(their) = theirs.get(at) else { return Err(told()) };
        match answer {
            Answer::Refused(error) if their != ours::REFUSED => {
                return differences::find(&case.parts[at], error).map(Some).ok_or_else(told);
            }
            answer if answer.to_string() != *their => return Err(told()),
            _ => {}
        }
    }
    if ours.len() == theirs.len() { Ok(None) } else { Err(told()) }
}

/// What the reference makes of each case: an answer to each message, up to the first that it refuses.
fn reference(corpus: &[Case]) -> Vec<Vec<String>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let (input, output) = (folder.join("cases.jsonl"), folder.join("answers.jsonl"));
    let lines: Vec<String> =
        corpus.iter().map(|case| serde_json::to_string(&case.parts).expect("text and numbers")).collect();
    fs::write(&input, lines.join("\n")).expect("the folder is cargo's");
    let paths = [&input, &output].map(|path| path.to_str().expect("a path of text"));
    node::run("parser.mjs", &paths, &[("DEBUG", "")], Duration::from_secs(60));
    let answers = fs::read_to_string(&output).expect("the program has written it");
    answers.lines().map(|line| serde_json::from_str(line).expect("a list of texts")).collect()
}
