//! The page that shows how to write a game shows code that compiles, and tells of all there is to implement.

const PAGE: &str = include_str!("../../../../docs/YOUR-OWN-GAME.md");
const TRAIT: &str = include_str!("../game.rs");

/// The sources that the page quotes.
const SOURCES: [&str; 6] = [
    include_str!("../../examples/orbs/bot.rs"),
    include_str!("../../examples/orbs/game.rs"),
    include_str!("../../examples/orbs/main.rs"),
    include_str!("../../examples/orbs/rules.rs"),
    include_str!("../../examples/orbs/schema.rs"),
    include_str!("../../../app/examples/orbs/arena.rs"),
];

fn lines(text: &str) -> Vec<&str> {
    text.lines().map(str::trim).collect()
}

/// The blocks of Rust of a page, as lines without indentation.
fn blocks(page: &str) -> Vec<Vec<&str>> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("```rust\n") {
        let (block, after) = after.split_once("```").expect("a block has an end");
        blocks.push(lines(block));
        rest = after;
    }
    blocks
}

/// Whether a block stands in one of the sources, line by line.
fn is_quoted(block: &[&str]) -> bool {
    SOURCES.iter().any(|source| lines(source).windows(block.len()).any(|window| window == block))
}

#[test]
fn every_block_of_rust_in_the_page_stands_in_the_example() {
    let blocks = blocks(PAGE);
    assert!(blocks.len() >= 20, "only {} blocks were found", blocks.len());
    for block in blocks {
        assert!(is_quoted(&block), "this is not in the example any more:\n{}", block.join("\n"));
    }
    assert!(!is_quoted(&lines("fn see(&mut self) {}")), "what is not there is not found");
}

#[test]
fn the_page_tells_of_everything_a_game_has_to_say() {
    let body = TRAIT.split_once("pub trait Game").and_then(|(_, after)| after.split_once("\n}\n"));
    let (body, _) = body.expect("the trait is in its file");
    let names = lines(body).into_iter().filter_map(|line| {
        let rest = line.strip_prefix("fn ").or_else(|| line.strip_prefix("const "))?;
        rest.split(|c: char| !c.is_alphanumeric() && c != '_').next()
    });
    let names: Vec<&str> = names.collect();
    assert!(names.contains(&"see") && names.contains(&"RATE"), "{names:?}");
    for name in names {
        assert!(PAGE.contains(&format!("`{name}`")), "the page says nothing of `{name}`");
    }
}
