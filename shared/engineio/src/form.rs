//! Form-encoded text (`application/x-www-form-urlencoded`, WHATWG URL standard, section 5): the queries of requests and the
//! bodies of JSONP. Owns the reading of it; nothing here makes any.

use std::borrow::Cow;

/// The names and values of `text`, in order and decoded. A name without `=` has an empty value.
pub fn pairs(text: &str) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
    text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (decode(name), decode(value))
    })
}

/// One name or value: `+` is a space and `%` with two hexadecimal digits a byte. What is no UTF-8 then becomes U+FFFD, and a
/// `%` without digits stays.
pub fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains(['%', '+']) {
        return text.into();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, behind)) = rest.split_first() {
        let escaped = if first == b'%' { behind.first_chunk().copied().and_then(byte) } else { None };
        bytes.push(match (first, escaped) {
            (_, Some(byte)) => byte,
            (b'+', None) => b' ',
            (other, None) => other,
        });
        rest = if escaped.is_some() { &behind[2..] } else { behind };
    }
    match String::from_utf8(bytes) {
        Ok(text) => text.into(),
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned().into(),
    }
}

/// The byte of two hexadecimal digits.
fn byte(digits: [u8; 2]) -> Option<u8> {
    let [high, low] = digits.map(|digit| char::from(digit).to_digit(16));
    u8::try_from(high? * 16 + low?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_values_are_decoded_in_order() {
        let all: Vec<_> = pairs("a=1&b=%C3%A9+%26&&c&=d&a=2=3").collect();
        let expected = [("a", "1"), ("b", "é &"), ("c", ""), ("", "d"), ("a", "2=3")];
        assert_eq!(all, expected.map(|(name, value)| (name.into(), value.into())));
        assert_eq!(pairs("").count(), 0);
    }

    #[test]
    fn broken_escapes_stay_and_broken_utf8_is_replaced() {
        for (encoded, decoded) in [("%", "%"), ("%4", "%4"), ("%zz%41", "%zzA"), ("%+1", "% 1"), ("a%ff", "a\u{fffd}")]
        {
            assert_eq!(decode(encoded), decoded);
        }
    }

    #[test]
    fn what_has_nothing_to_decode_is_not_copied() {
        assert!(matches!(decode("polling"), Cow::Borrowed("polling")));
    }
}
