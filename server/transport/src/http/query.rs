//! The parameters of a request to the endpoint.

use std::borrow::Cow;

use engineio::{Codec, Revision, form, jsonp};

use crate::dialect::Dialect;

/// The parameters of a request that matter, decoded. Of a repeated one the last counts.
#[derive(Debug, Default)]
pub(super) struct Query<'a> {
    pub(super) transport: Option<Cow<'a, str>>,
    /// The session; an empty name is none.
    pub(super) sid: Option<Cow<'a, str>>,
    revision: Option<Cow<'a, str>>,
    base64: bool,
    callback: Option<String>,
}

impl<'a> Query<'a> {
    pub(super) fn parse(query: &'a str) -> Self {
        let mut found = Self::default();
        for (name, value) in form::pairs(query) {
            match &*name {
                "transport" => found.transport = Some(value),
                "EIO" => found.revision = Some(value),
                "sid" => found.sid = Some(value).filter(|sid| !sid.is_empty()),
                "b64" => found.base64 = !value.is_empty(),
                "j" => found.callback = Some(jsonp::callback(&value)),
                _ => {}
            }
        }
        found
    }

    /// The revision the client speaks.
    pub(super) fn revision(&self) -> Revision {
        Revision::of_query(self.revision.as_deref())
    }

    /// The form of packets on a WebSocket that this request opens.
    pub(super) fn codec(&self) -> Codec {
        match self.revision() {
            Revision::V4 => Codec::V4,
            Revision::V3 if self.base64 => Codec::V3Base64,
            Revision::V3 => Codec::V3,
        }
    }

    /// What a session speaks that this request opens over polling. A script takes text only.
    pub(super) fn dialect(self) -> Dialect {
        let codec = match self.codec() {
            Codec::V3 if self.callback.is_some() => Codec::V3Base64,
            codec => codec,
        };
        Dialect { codec, callback: self.callback.map(String::into_boxed_str) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_repeated_parameters_counts_and_others_are_ignored() {
        let query = Query::parse("EIO=3&transport=%70olling&t=abc&sid=a&sid&EIO=4");
        assert_eq!((query.transport.as_deref(), query.sid.as_deref()), (Some("polling"), None));
        assert_eq!(query.revision(), Revision::V4);
        let query = Query::parse("");
        assert!(query.transport.is_none() && query.sid.is_none());
        assert_eq!(query.revision(), Revision::V3);
    }

    #[test]
    fn a_session_speaks_base64_where_the_client_asks_for_it_or_takes_scripts() {
        for (query, codec, callback) in [
            ("EIO=4&b64=1", Codec::V4, None),
            ("EIO=4&j=0", Codec::V4, Some("0")),
            ("EIO=3", Codec::V3, None),
            ("EIO=3&b64=1", Codec::V3Base64, None),
            ("EIO=3&b64=", Codec::V3, None),
            ("EIO=3&j=1a2", Codec::V3Base64, Some("12")),
        ] {
            let dialect = Query::parse(query).dialect();
            assert_eq!((dialect.codec, dialect.callback.as_deref()), (codec, callback), "{query}");
        }
    }
}
