//! Reading a request's body: as one buffer that is as long as the body, however it comes.

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Limited};

/// The whole of `body`, which may have `limit` bytes; the error for more is a `LengthLimitError`.
///
/// A chunk of one byte takes dozens as a buffer of its own, so the chunks are joined as they come. A body that comes in one
/// piece is not copied.
pub(super) async fn read(body: Body, limit: usize) -> Result<Bytes, Box<dyn std::error::Error + Send + Sync>> {
    let mut body = Limited::new(body, limit);
    let mut first = Bytes::new();
    let mut joined = BytesMut::new();
    while let Some(frame) = body.frame().await {
        // The other kind of frame are trailers.
        let Ok(data) = frame?.into_data() else { continue };
        if first.is_empty() {
            first = data;
            continue;
        }
        if joined.is_empty() {
            joined.extend_from_slice(&first);
        }
        joined.extend_from_slice(&data);
    }
    Ok(if joined.is_empty() { first } else { joined.freeze() })
}

/// Whether a body ended because its connection did.
pub(super) fn is_lost(error: &(dyn std::error::Error + 'static)) -> bool {
    use std::io::ErrorKind;
    std::iter::successors(Some(error), |e| e.source()).any(|e| {
        let kind = e.downcast_ref::<std::io::Error>().map(std::io::Error::kind);
        matches!(kind, Some(ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted))
    })
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::Arc;

    use futures_util::stream;
    use http_body_util::LengthLimitError;

    use super::*;

    /// A byte that tells how many of them are alive.
    struct Chunk(Arc<[u8]>);

    impl AsRef<[u8]> for Chunk {
        fn as_ref(&self) -> &[u8] {
            &self.0
        }
    }

    #[tokio::test]
    async fn chunks_are_joined_and_not_kept() {
        let byte: Arc<[u8]> = Arc::from(*b"x");
        let alive = byte.clone();
        let chunks = move |len| {
            let byte = byte.clone();
            Body::from_stream(stream::iter((0..len).map(move |_| {
                assert!(Arc::strong_count(&byte) < 10, "chunks are kept");
                Ok::<_, Infallible>(Bytes::from_owner(Chunk(byte.clone())))
            })))
        };
        assert_eq!(read(chunks(1_000), 1_000).await.expect("a body"), "x".repeat(1_000));
        assert!(read(chunks(1_001), 1_000).await.expect_err("more than the limit").is::<LengthLimitError>());
        drop(chunks);
        assert_eq!(Arc::strong_count(&alive), 1);
    }

    #[tokio::test]
    async fn a_body_in_one_piece_is_not_copied() {
        let whole = Bytes::from(vec![7; 1_000]);
        let read = read(Body::from(whole.clone()), 1_000).await.expect("a body");
        assert_eq!((read.as_ptr(), read.len()), (whole.as_ptr(), whole.len()));
    }
}
