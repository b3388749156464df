//! What we refuse and the reference takes, on purpose. Anything else that differs is a mistake.

use socketio::Error;

use crate::Part;

/// One deliberate difference.
pub(crate) struct Difference {
    /// What it is about.
    pub(crate) name: &'static str,
    /// Why we do not do as the reference does; told by PROTOCOL.md too.
    pub(crate) why: &'static str,
    /// Whether a refusal of ours is this one, by the text and our error.
    is: fn(&str, &Error) -> bool,
}

/// All of them.
pub(crate) const ALL: [Difference; 9] = [
    Difference {
        name: "number as event name",
        why: "applications listen to names; a server that takes other things for one has been brought down by them",
        is: |_, error| *error == Error::InvalidEventName,
    },
    Difference {
        name: "no data",
        why: "an event without a name, an answer without a list and a refusal without a cause say nothing",
        is: |text, error| matches!(error, Error::InvalidData(_)) && is_bare(text),
    },
    Difference {
        name: "blank type",
        why: "nothing and white space are the number 0 to JavaScript, and so a request to join",
        is: |text, error| {
            text.chars().next().is_none_or(is_blank) && matches!(error, Error::EmptyMessage | Error::UnknownType)
        },
    },
    Difference {
        name: "spelling of the attachment count",
        why: "the specification has digits; 1.0, +1, 0x1 and blanks around are numbers to JavaScript only",
        is: |text, error| {
            let count = text.get(1..).and_then(|rest| rest.split('-').next()).unwrap_or_default();
            *error == Error::InvalidAttachmentCount && !count.bytes().all(|byte| byte.is_ascii_digit())
        },
    },
    Difference {
        name: "id beyond 64 bits, or with blanks inside",
        why: "JavaScript rounds the one, even to infinity, and the other is no number to it: neither can be answered",
        is: |_, error| *error == Error::InvalidId,
    },
    Difference {
        name: "placeholder with a fraction",
        why: "the reference puts undefined in its place, which is no value here",
        is: |_, error| *error == Error::InvalidPlaceholder,
    },
    Difference {
        name: "depth",
        why: "a limit: 32 levels unless set otherwise",
        is: |_, error| matches!(error, Error::TooDeep { .. }),
    },
    Difference {
        name: "values",
        why: "a limit: 100,000 values unless set otherwise",
        is: |_, error| matches!(error, Error::TooManyValues { .. }),
    },
    Difference {
        name: "length of the namespace",
        why: "a limit: 256 bytes unless set otherwise",
        is: |_, error| matches!(error, Error::NamespaceTooLong { .. }),
    },
];

/// Whether nothing is behind type, count, namespace and id.
fn is_bare(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    let behind = if rest.starts_with('/') { rest.split_once(',').map_or("", |(_, behind)| behind) } else { rest };
    behind.chars().all(|c| c.is_ascii_digit() || is_blank(c))
}

fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// The difference that explains our refusal of a message that the reference takes.
pub(crate) fn find(part: &Part, error: &Error) -> Option<&'static str> {
    let text = match part {
        Part::Text(text) => text,
        Part::Binary(_) => "",
    };
    ALL.iter().find(|difference| (difference.is)(text, error)).map(|difference| difference.name)
}
