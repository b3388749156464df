//! `use` statements and paths in blanked Rust text (see `rust_source`).

/// One `use` statement, its tree spread out.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Statement {
    /// Byte offset of the keyword.
    pub(super) at: usize,
    /// Whether it has a visibility, and so re-exports.
    pub(super) exports: bool,
    /// Every imported path, `use a::{b, c::*}` giving `a::b` and `a::c::*`.
    pub(super) leaves: Vec<Vec<String>>,
}

/// All `use` statements of the text.
pub(super) fn statements(code: &str) -> Vec<Statement> {
    let mut found = Vec::new();
    for at in words(code, "use") {
        let Some(end) = code[at..].find(';').map(|offset| at + offset) else { break };
        let tree = &code[at + "use".len()..end];
        let mut leaves = Vec::new();
        spread(&tokens(tree), &mut 0, &[], &mut leaves);
        let before = code[..at].trim_end();
        let exports = before.ends_with("pub") || (before.ends_with(')') && last_visibility(before));
        found.push(Statement { at, exports, leaves });
    }
    found
}

/// Paths outside `use` statements that start with `crate::` or `super::`.
pub(super) fn inline_paths(code: &str) -> Vec<(usize, Vec<String>)> {
    let mut found = Vec::new();
    for start in ["crate", "super"] {
        for at in words(code, start) {
            if code[..at].trim_end().ends_with("::") {
                continue;
            }
            let path: Vec<String> = path_at(code, at);
            if path.len() > 1 {
                found.push((at, path));
            }
        }
    }
    found
}

/// Offsets at which `path` stands as whole words, such as `std::fs` in `std::fs::read`.
pub(super) fn contains_path<'a>(code: &'a str, path: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(path).map(|(at, _)| at).filter(move |at| {
        let before = code[..*at].chars().next_back();
        let after = code[at + path.len()..].chars().next();
        let names_a_path = path.contains("::") || code[at + path.len()..].starts_with("::");
        !before.is_some_and(is_word) && !after.is_some_and(is_word) && names_a_path
    })
}

fn words<'a>(code: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    code.match_indices(word).map(|(at, _)| at).filter(move |at| {
        !code[..*at].chars().next_back().is_some_and(|c| is_word(c) || c == '#')
            && !code[at + word.len()..].chars().next().is_some_and(is_word)
    })
}

fn path_at(code: &str, at: usize) -> Vec<String> {
    let mut path = Vec::new();
    let mut rest = &code[at..];
    loop {
        let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
        if length == 0 {
            return path;
        }
        path.push(rest[..length].to_owned());
        match rest[length..].strip_prefix("::") {
            Some(next) => rest = next,
            None => return path,
        }
    }
}

/// Whether the text ends with `pub(...)`.
fn last_visibility(before: &str) -> bool {
    before.rfind('(').is_some_and(|open| before[..open].trim_end().ends_with("pub"))
}

fn tokens(tree: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut word = String::new();
    for c in tree.chars() {
        if is_word(c) {
            word.push(c);
            continue;
        }
        if !word.is_empty() {
            found.push(std::mem::take(&mut word));
        }
        if matches!(c, '{' | '}' | ',' | '*') {
            found.push(c.to_string());
        }
    }
    if !word.is_empty() {
        found.push(word);
    }
    found
}

fn spread(tokens: &[String], at: &mut usize, prefix: &[String], leaves: &mut Vec<Vec<String>>) {
    let mut path = prefix.to_vec();
    while let Some(token) = tokens.get(*at) {
        *at += 1;
        match token.as_str() {
            "{" => {
                while tokens.get(*at).is_some_and(|token| token != "}") {
                    spread(tokens, at, &path, leaves);
                    if tokens.get(*at).is_some_and(|token| token == ",") {
                        *at += 1;
                    }
                }
                *at += 1;
                return;
            }
            "," | "}" => {
                *at -= 1;
                break;
            }
            // The new name says nothing about where the old one comes from.
            "as" => *at += 1,
            "self" if path.len() > prefix.len() || !prefix.is_empty() => {}
            _ => path.push(token.clone()),
        }
    }
    if !path.is_empty() {
        leaves.push(path);
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leaves(code: &str) -> Vec<String> {
        statements(code).into_iter().flat_map(|statement| statement.leaves).map(|leaf| leaf.join("::")).collect()
    }

    #[test]
    fn a_use_tree_is_spread_into_its_leaves() {
        assert_eq!(
            leaves("use a::{self, b::{c, d as e}, f::*};\nuse std::fs;"),
            ["a", "a::b::c", "a::b::d", "a::f::*", "std::fs"]
        );
    }

    #[test]
    fn only_statements_with_a_visibility_export() {
        let exports: Vec<bool> = statements("pub use a::B;\npub(crate) use c::D;\nuse e::F;\nfn f() { use g::H; }")
            .iter()
            .map(|statement| statement.exports)
            .collect();
        assert_eq!(exports, [true, true, false, false]);
    }

    #[test]
    fn a_path_is_found_as_whole_words_only() {
        assert_eq!(contains_path("std::fs::read(); mystd::fs::read(); std::fsx()", "std::fs").count(), 1);
        assert_eq!(contains_path("tokio::spawn(); let tokio = 1;", "tokio").count(), 1);
    }

    #[test]
    fn inline_paths_are_read_to_their_end() {
        assert_eq!(inline_paths("let x = crate::a::b(1);"), [(8, vec!["crate".into(), "a".into(), "b".into()])]);
    }
}
