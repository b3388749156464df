//! How texts in settings have to be written. Owns no words: who asks says what is wrong.

/// Whether `path` is one that every client and router takes for itself: nothing in it is escaped, or stands for something else.
pub(crate) fn is_path(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let named = path.strip_suffix('/').unwrap_or(path).strip_prefix('/');
    named.is_some_and(|named| named.split('/').all(|name| !name.is_empty() && name.bytes().all(is_plain)))
}

/// Whether browsers could send this as a page's origin: `null`, or a scheme and a host, perhaps with a port, all in small letters
/// and with nothing behind.
pub(crate) fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return text == "null" };
    let is_scheme = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    let is_host = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase() && !b"/?#@\\".contains(&byte);
    let all = |text: &str, is: fn(u8) -> bool| !text.is_empty() && text.bytes().all(is);
    all(scheme, is_scheme) && all(authority, is_host)
}
