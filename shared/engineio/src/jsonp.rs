//! JSONP polling, for pages that may load scripts of another origin but not talk to it: a GET is answered with a call of one
//! of the page's functions, a POST is a form. Owns what is put around a polling body, which is always text here.

use crate::form;

/// Most digits of a callback's number.
const MAX_DIGITS: usize = 10;

/// The number of the callback that a request's parameter `j` names: its digits, at most ten of them.
pub fn callback(j: &str) -> String {
    j.chars().filter(char::is_ascii_digit).take(MAX_DIGITS).collect()
}

/// The script that hands `body` to the page: `___eio[N]("...");`.
pub fn script(callback: &str, body: &str) -> String {
    let text = serde_json::to_string(body).expect("text always serializes");
    // JSON allows these two line ends inside of strings, JavaScript before 2019 did not.
    let text = text.replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    format!("___eio[{callback}]({text});")
}

/// The polling body in a form's field `d`; nothing where there is no such field. Clients write a line feed as `\n`, since
/// browsers change line ends in forms, and put a backslash before a `\n` that was there.
pub fn body_of(form: &str) -> Option<String> {
    let (_, data) = form::pairs(form).find(|(name, _)| name == "d")?;
    let mut body = String::with_capacity(data.len());
    let mut backslashes = 0;
    for character in data.chars() {
        match character {
            '\\' => backslashes += 1,
            'n' if backslashes > 0 => {
                let line_feed = backslashes == 1;
                body.extend(std::iter::repeat_n('\\', backslashes - 1));
                body.push(if line_feed { '\n' } else { 'n' });
                backslashes = 0;
            }
            other => {
                body.extend(std::iter::repeat_n('\\', backslashes));
                body.push(other);
                backslashes = 0;
            }
        }
    }
    body.extend(std::iter::repeat_n('\\', backslashes));
    Some(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_calls_the_function_with_the_body_as_a_javascript_string() {
        assert_eq!(script("7", "6:4hello"), r#"___eio[7]("6:4hello");"#);
        let quotes = "4\"a\\\"\n\u{1e}</script>\u{2028}\u{2029}é";
        assert_eq!(script("", quotes), r#"___eio[]("4\"a\\\"\n\u001e</script>\u2028\u2029é");"#);
    }

    #[test]
    fn a_callback_is_digits_only() {
        assert_eq!(callback("12"), "12");
        assert_eq!(callback("0);alert(1"), "01");
        assert_eq!(callback(&"9".repeat(1_000)).len(), 10);
        assert_eq!(callback(""), "");
    }

    #[test]
    fn line_feeds_and_backslashes_come_back_as_they_were() {
        // As the client writes it: a backslash before each `\n`, then line feeds as `\n`.
        let escape = |body: &str| body.replace("\\n", "\\\n").replace('\n', "\\n");
        for body in ["a\nb", "a\\nb", "a\\b", "4[\"x\\n\\\\\\n\"]", "\n\n", "plain", "ends with \\", "n\\\\x"] {
            let form = format!("d={}", escape(body).replace('\\', "%5C").replace('\n', "%0A"));
            assert_eq!(body_of(&form).as_deref(), Some(body), "{form}");
        }
    }

    #[test]
    fn the_field_is_found_among_others_and_decoded() {
        assert_eq!(body_of("x=1&d=6%3A4he+lo&d=no").as_deref(), Some("6:4he lo"));
        assert_eq!(body_of("d").as_deref(), Some(""));
        assert_eq!(body_of("e=1"), None);
        assert_eq!(body_of(""), None);
    }
}
