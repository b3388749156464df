//! The browser client's bundles, for pages that load them from the server: read, compressed and tagged once, at start-up.

use std::fmt;
use std::hash::{DefaultHasher, Hasher};
use std::io::{ErrorKind, Write};
use std::path::Path;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::error::Error;

/// The bundles the npm package `socket.io-client` has in its folder `dist`, each with a map beside it.
const BUNDLES: [&str; 4] = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js", "socket.io.msgpack.min.js"];
/// Brotli's effort, of 11: more costs seconds at start-up.
const BROTLI_QUALITY: u32 = 9;
/// Brotli's window, as a power of two bytes: as large as browsers take.
const BROTLI_WINDOW: u32 = 22;

/// The bundles there are.
pub(crate) struct ClientFiles {
    files: Vec<Served>,
}

struct Served {
    name: String,
    kind: HeaderValue,
    tag: HeaderValue,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

impl ClientFiles {
    /// Reads the bundles in `folder`.
    ///
    /// # Errors
    /// [`Error::Config`] for a folder without any, and for files that cannot be read.
    pub(crate) fn load(folder: &Path) -> Result<Self, Error> {
        let bad = |why: String| Err(Error::Config(why));
        let mut files = Vec::new();
        for bundle in BUNDLES {
            for (name, kind) in [
                (bundle.to_owned(), "application/javascript; charset=utf-8"),
                (format!("{bundle}.map"), "application/json; charset=utf-8"),
            ] {
                match std::fs::read(folder.join(&name)) {
                    Ok(plain) => files.push(Served::new(name, HeaderValue::from_static(kind), plain.into())?),
                    Err(error) if error.kind() == ErrorKind::NotFound => {}
                    Err(error) => return bad(format!("client_files {folder:?} cannot be read: {error}")),
                }
            }
        }
        if files.is_empty() {
            let why = if folder.is_dir() { "has" } else { "is not there, and has" };
            return bad(format!("client_files {folder:?} {why} none of {BUNDLES:?}"));
        }
        Ok(Self { files })
    }

    /// The answer to a request for `name`; `None` where that is no bundle's.
    pub(super) fn answer(&self, name: &str, method: &Method, headers: &HeaderMap) -> Option<Response> {
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        let file = self.files.iter().find(|file| file.name == name)?;
        let (mut response, encoding) = if file.is_known(headers) {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            (response, None)
        } else {
            let (body, encoding) = file.body(headers);
            (Response::new(Body::from(body)), encoding)
        };
        let head = response.headers_mut();
        head.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=0"));
        head.insert(header::CONTENT_TYPE, file.kind.clone());
        head.insert(header::ETAG, file.tag.clone());
        head.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        if let Some(encoding) = encoding {
            head.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        Some(response)
    }
}

impl Served {
    fn new(name: String, kind: HeaderValue, plain: Bytes) -> Result<Self, Error> {
        let mut hasher = DefaultHasher::new();
        hasher.write(&plain);
        // Weak: it names the content, whatever the encoding.
        let tag = HeaderValue::try_from(format!("W/\"{:016x}\"", hasher.finish()))
            .map_err(|error| Error::Config(error.to_string()))?;
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&plain)?;
        let mut brotli = Vec::new();
        brotli::CompressorWriter::new(&mut brotli, 4_096, BROTLI_QUALITY, BROTLI_WINDOW).write_all(&plain)?;
        Ok(Self { name, kind, tag, gzip: gzip.finish()?.into(), brotli: brotli.into(), plain })
    }

    /// Whether the client says that it has this content (RFC 9110, section 13.1.2).
    fn is_known(&self, headers: &HeaderMap) -> bool {
        let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let own = self.tag.to_str().map(bare).unwrap_or_default();
        let listed = headers.get_all(header::IF_NONE_MATCH).into_iter().filter_map(|value| value.to_str().ok());
        listed.flat_map(|value| value.split(',')).any(|tag| tag.trim() == "*" || bare(tag) == own)
    }

    fn body(&self, headers: &HeaderMap) -> (Bytes, Option<&'static str>) {
        for (encoding, body) in [("br", &self.brotli), ("gzip", &self.gzip)] {
            if accepts(headers, encoding) {
                return (body.clone(), Some(encoding));
            }
        }
        (self.plain.clone(), None)
    }
}

/// Whether `Accept-Encoding` names `encoding`, and not to refuse it (RFC 9110, section 12.5.3).
fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let listed = headers.get_all(header::ACCEPT_ENCODING).into_iter().filter_map(|value| value.to_str().ok());
    listed.flat_map(|value| value.split(',')).any(|item| {
        let (name, weight) = item.split_once(';').unwrap_or((item, "q=1"));
        let weight = weight.trim().strip_prefix("q=").and_then(|weight| weight.parse::<f32>().ok());
        name.trim().eq_ignore_ascii_case(encoding) && weight.is_none_or(|weight| weight > 0.0)
    })
}

impl fmt::Debug for ClientFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.files.iter().map(|file| &file.name)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encoding_is_taken_that_is_named_and_not_refused() {
        for (value, br, gzip) in [
            ("gzip, deflate, br", true, true),
            ("gzip;q=0.5,br;q=0", false, true),
            ("GZIP ; q=1", false, true),
            ("brotli, xgzip", false, false),
            ("", false, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
            assert_eq!((accepts(&headers, "br"), accepts(&headers, "gzip")), (br, gzip), "{value}");
        }
    }
}
