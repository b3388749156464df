//! Reading JSON (RFC 8259) into a [`Value`] as JavaScript's `JSON.parse` does: numbers beyond a double's range are infinite,
//! halves of surrogate pairs are no error, and of a repeated name the last value counts. Owns the grammar and the budget of one
//! packet.

use crate::{Error, Limits, Value, limits::Budget};

/// The one value in `text`.
pub(super) fn value(text: &str, limits: &Limits) -> Result<Value, Error> {
    let mut reader = Reader { text, at: 0, limits, budget: Budget::new(limits) };
    let value = reader.value()?;
    reader.blanks();
    if reader.at == text.len() { Ok(value) } else { Err(reader.invalid()) }
}

struct Reader<'a> {
    text: &'a str,
    /// Bytes read so far; always between two characters.
    at: usize,
    limits: &'a Limits,
    budget: Budget,
}

impl<'a> Reader<'a> {
    /// The error of the byte that comes next, or of the end.
    fn invalid(&self) -> Error {
        Error::InvalidJson { column: self.at + 1 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes the next byte if it is this one.
    fn takes(&mut self, byte: u8) -> bool {
        let taken = self.peek() == Some(byte);
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, byte: u8) -> Result<(), Error> {
        if self.takes(byte) { Ok(()) } else { Err(self.invalid()) }
    }

    fn blanks(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.peek() {
            self.at += 1;
        }
    }

    fn value(&mut self) -> Result<Value, Error> {
        self.budget.values =
            self.budget.values.checked_sub(1).ok_or(Error::TooManyValues { limit: self.limits.values })?;
        self.blanks();
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string().map(Value::Str)
            }
            Some(b'-' | b'0'..=b'9') => self.number(),
            Some(b'[') => self.nested(Self::list),
            Some(b'{') => self.nested(Self::map),
            Some(b't') => self.literal("true", Value::Bool(true)),
            Some(b'f') => self.literal("false", Value::Bool(false)),
            Some(b'n') => self.literal("null", Value::Null),
            _ => Err(self.invalid()),
        }
    }

    fn literal(&mut self, name: &str, value: Value) -> Result<Value, Error> {
        if !self.text.as_bytes()[self.at..].starts_with(name.as_bytes()) {
            return Err(self.invalid());
        }
        self.at += name.len();
        Ok(value)
    }

    /// Runs `read` behind the opening bracket, one level deeper.
    fn nested(&mut self, read: fn(&mut Self) -> Result<Value, Error>) -> Result<Value, Error> {
        self.budget.depth = self.budget.depth.checked_sub(1).ok_or(Error::TooDeep { limit: self.limits.depth })?;
        self.at += 1;
        self.blanks();
        let value = read(self)?;
        self.budget.depth += 1;
        Ok(value)
    }

    fn list(&mut self) -> Result<Value, Error> {
        let mut values = Vec::new();
        if self.takes(b']') {
            return Ok(Value::Array(values));
        }
        loop {
            values.push(self.value()?);
            self.blanks();
            if !self.takes(b',') {
                self.expect(b']')?;
                return Ok(Value::Array(values));
            }
        }
    }

    fn map(&mut self) -> Result<Value, Error> {
        let mut pairs = Vec::new();
        if self.takes(b'}') {
            return Ok(Value::Map(pairs));
        }
        loop {
            self.blanks();
            self.expect(b'"')?;
            let name = self.string()?;
            self.blanks();
            self.expect(b':')?;
            pairs.push((name, self.value()?));
            self.blanks();
            if !self.takes(b',') {
                self.expect(b'}')?;
                return Ok(Value::of_pairs(pairs));
            }
        }
    }

    fn number(&mut self) -> Result<Value, Error> {
        let start = self.at;
        let negative = self.takes(b'-');
        let first = self.at;
        // What does not fit is read again below.
        let mut whole = 0_u64;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            whole = whole.wrapping_mul(10).wrapping_add(u64::from(digit - b'0'));
            self.at += 1;
        }
        let digits = &self.text[first..self.at];
        if digits.is_empty() || digits.len() > 1 && digits.starts_with('0') {
            self.at = first + digits.len().min(1);
            return Err(self.invalid());
        }
        if let Some(b'.' | b'e' | b'E') = self.peek() {
            return self.fraction(start);
        }
        // As many digits as always fit; more are tried.
        let whole = if digits.len() < 20 { Some(whole) } else { digits.parse().ok() };
        match whole {
            Some(0) if negative => Some(Value::Float(-0.0)),
            Some(whole) if negative => 0_i64.checked_sub_unsigned(whole).map(Value::Int),
            whole => whole.map(Value::from),
        }
        .map_or_else(|| self.float(start), Ok)
    }

    fn fraction(&mut self, start: usize) -> Result<Value, Error> {
        if self.takes(b'.') {
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        self.float(start)
    }

    /// Takes digits, of which there must be one.
    fn digits(&mut self) -> Result<(), Error> {
        let first = self.at;
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        if self.at > first { Ok(()) } else { Err(self.invalid()) }
    }

    /// What has been read since `start` as the nearest double.
    fn float(&self, start: usize) -> Result<Value, Error> {
        self.text[start..self.at].parse().map(Value::Float).map_err(|_| self.invalid())
    }

    /// A string behind its opening quote.
    fn string(&mut self) -> Result<String, Error> {
        let mut text = self.plain().to_owned();
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(text);
                }
                Some(b'\\') => {
                    self.at += 1;
                    text.push(self.escaped()?);
                }
                _ => return Err(self.invalid()),
            }
            text.push_str(self.plain());
        }
    }

    /// Takes what stands for itself, up to a quote, a backslash, a control character or the end.
    fn plain(&mut self) -> &'a str {
        let rest = &self.text[self.at..];
        let len = plain_len(rest.as_bytes());
        self.at += len;
        &rest[..len]
    }

    /// The character of an escape behind its backslash.
    fn escaped(&mut self) -> Result<char, Error> {
        let character = match self.peek() {
            Some(plain @ (b'"' | b'\\' | b'/')) => plain.into(),
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.invalid()),
        };
        self.at += 1;
        Ok(character)
    }

    /// The character of `uXXXX`, or of two such escapes that are a surrogate pair. Half a pair is no character: JavaScript keeps
    /// it, text in UTF-8 cannot.
    fn unicode(&mut self) -> Result<char, Error> {
        let unit = self.unit(self.at).ok_or_else(|| self.invalid())?;
        self.at += 5;
        if let 0xd800..=0xdbff = unit
            && self.peek() == Some(b'\\')
            && let Some(low @ 0xdc00..=0xdfff) = self.unit(self.at + 1)
        {
            self.at += 6;
            let pair = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            return char::from_u32(pair).ok_or_else(|| self.invalid());
        }
        Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    /// The code unit of the `uXXXX` at `at`; nothing where there is none.
    fn unit(&self, at: usize) -> Option<u32> {
        let digits = self.text.as_bytes().get(at..at + 5)?.strip_prefix(b"u")?;
        digits.iter().try_fold(0, |unit, &digit| Some(unit << 4 | char::from(digit).to_digit(16)?))
    }
}

/// How many bytes come before the first quote, backslash or control character.
fn plain_len(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(word) = bytes[at..].first_chunk::<8>() {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return at + special.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, 0..0x20 | b'"' | b'\\');
    at + bytes[at..].iter().position(is_special).unwrap_or(bytes.len() - at)
}

/// A word whose lowest bit set is in the first of eight bytes that is a quote, a backslash or a control character; 0 where none
/// is. A byte below `n` borrows from its highest bit when `n` is taken away.
fn special(word: u64) -> u64 {
    const ONES: u64 = u64::MAX / 0xff;
    let below = |word: u64, n: u64| word.wrapping_sub(ONES * n) & !word;
    let is = |byte: u8| below(word ^ (ONES * u64::from(byte)), 1);
    (below(word, 0x20) | is(b'"') | is(b'\\')) & (ONES << 7)
}
