//! Rust text with everything blanked that is not shipped code: comments, literals, tests. Lengths and lines stay the
//! same, so that an offset in the blanked text is one in the file.

use std::path::Path;

/// Line of a byte offset, counted from 1.
pub(super) fn line_of(text: &str, at: usize) -> usize {
    text.bytes().take(at).filter(|byte| *byte == b'\n').count() + 1
}

/// Whether a file holds nothing but tests, by its name.
pub(super) fn is_test_file(path: &Path) -> bool {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or("");
    let folder = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or("");
    stem == "tests" || stem == "test" || stem.ends_with("_tests") || stem.ends_with("_test") || folder == "tests"
}

/// Code alone: comments, string and character literals and `#[cfg(test)]` items are blank.
pub(super) fn without_tests(text: &str) -> String {
    let mut code = code_only(text).into_bytes();
    let mut from = 0;
    while let Some(at) = find(&code, b"#[cfg(", from) {
        let end = matching(&code, at + 1).unwrap_or(code.len());
        let condition = String::from_utf8_lossy(&code[at..end]).into_owned();
        from = end;
        if names_test(&condition) {
            let item_end = item_end(&code, end);
            blank(&mut code[at..item_end]);
            from = item_end;
        }
    }
    String::from_utf8(code).expect("blanking replaces whole literals and comments by spaces")
}

/// Blanks modules written inside the file, whose `super` is the file itself.
pub(super) fn without_inline_modules(code: &str) -> String {
    let mut bytes = code.to_owned().into_bytes();
    let mut from = 0;
    while let Some(at) = find(&bytes, b"mod ", from) {
        from = at + 4;
        let starts_word = at == 0 || !is_word(bytes[at - 1]);
        let open = bytes[from..].iter().position(|byte| matches!(byte, b'{' | b';')).map(|offset| from + offset);
        if let Some(open) = open.filter(|open| starts_word && bytes[*open] == b'{') {
            let end = matching(&bytes, open).unwrap_or(bytes.len());
            blank(&mut bytes[open..end]);
            from = end;
        }
    }
    String::from_utf8(bytes).expect("blanking starts and ends at ASCII brackets")
}

/// Blanks comments and literals.
fn code_only(text: &str) -> String {
    let mut bytes = text.to_owned().into_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let end = match bytes[at] {
            b'/' if bytes[at..].starts_with(b"//") => find(&bytes, b"\n", at).unwrap_or(bytes.len()),
            b'/' if bytes[at..].starts_with(b"/*") => comment_end(&bytes, at),
            b'r' | b'b' | b'c' if at == 0 || !is_word(bytes[at - 1]) => match raw_string_end(&bytes, at) {
                Some(end) => end,
                None => {
                    at += 1;
                    continue;
                }
            },
            b'"' => string_end(&bytes, at),
            b'\'' => match char_end(&bytes, at) {
                Some(end) => end,
                None => {
                    at += 1;
                    continue;
                }
            },
            _ => {
                at += 1;
                continue;
            }
        };
        blank(&mut bytes[at..end]);
        at = end;
    }
    String::from_utf8(bytes).expect("literals and comments start and end at ASCII bytes")
}

fn comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// End of `r"..."`, `r#"..."#`, `br"..."` and the like; `None` when no raw string starts here.
fn raw_string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start;
    while matches!(bytes.get(at), Some(b'b' | b'c')) && at < start + 1 {
        at += 1;
    }
    if bytes.get(at) != Some(&b'r') {
        return None;
    }
    at += 1;
    let hashes = bytes[at..].iter().take_while(|byte| **byte == b'#').count();
    at += hashes;
    if bytes.get(at) != Some(&b'"') {
        return None;
    }
    let close: Vec<u8> = std::iter::once(b'"').chain(std::iter::repeat_n(b'#', hashes)).collect();
    Some(find(bytes, &close, at + 1).map_or(bytes.len(), |end| end + close.len()))
}

/// End of a character literal; `None` for a lifetime.
fn char_end(bytes: &[u8], start: usize) -> Option<usize> {
    if bytes.get(start + 1) == Some(&b'\\') {
        return find(bytes, b"'", start + 3).map(|end| end + 1);
    }
    let rest = std::str::from_utf8(&bytes[start + 1..]).ok()?;
    let width = rest.chars().next()?.len_utf8();
    (bytes.get(start + 1 + width) == Some(&b'\'')).then_some(start + width + 2)
}

/// The end of the item after an attribute: its closing brace, or its semicolon when that comes first.
fn item_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start;
    while at < bytes.len() {
        match bytes[at] {
            b';' => return at + 1,
            b'{' => return matching(bytes, at).unwrap_or(bytes.len()),
            b'[' | b'(' => at = matching(bytes, at).unwrap_or(bytes.len()),
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The offset behind the bracket that closes the one at `open`.
fn matching(bytes: &[u8], open: usize) -> Option<usize> {
    let mut depth = 0usize;
    for (offset, byte) in bytes[open..].iter().enumerate() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(open + offset + 1);
                }
            }
            _ => {}
        }
    }
    None
}

fn names_test(condition: &str) -> bool {
    let words: Vec<&str> = condition.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    words.contains(&"test") && !words.contains(&"not")
}

fn blank(bytes: &mut [u8]) {
    for byte in bytes {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    bytes.get(from..)?.windows(wanted.len()).position(|window| window == wanted).map(|offset| from + offset)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_literals_and_tests_are_blank_and_lines_stay() {
        let text = "// tokio\nlet a = \"tokio \\\" tokio\"; /* tokio /* tokio */ tokio */\nlet b = r#\"tokio\"#; let c = '\"'; fn f<'a>() {}\n\
                    #[cfg(test)]\nmod tests { use tokio::x; }\nlet d = keep;\n";
        let code = without_tests(text);
        assert!(!code.contains("tokio"), "{code}");
        assert!(code.contains("fn f<'a>() {}"));
        assert!(code.contains("let d = keep;"));
        assert_eq!(code.lines().count(), text.lines().count());
        assert_eq!(code.len(), text.len());
    }

    #[test]
    fn code_for_everything_but_tests_stays() {
        assert!(without_tests("#[cfg(not(test))]\nuse tokio::x;\n").contains("tokio"));
    }

    #[test]
    fn a_test_module_in_its_own_file_takes_only_its_line() {
        let code = without_tests("#[cfg(test)]\nmod tests;\nuse a::b;\n");
        assert!(!code.contains("mod tests"));
        assert!(code.contains("use a::b;"));
    }
}
