//! HTTP requests of a polling session: one GET and one POST at a time, each on a connection that is kept. Owns the
//! requests alone; what they carry is the connection's business.

use std::sync::Arc;

use bytes::Bytes;
use engineio::Transport;
use http::{Method, Request, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;

use super::stream::Counted;
use super::{Address, ClientError, Traffic};

/// Longest body taken, in bytes.
const MAX_BODY: usize = 1_100_000;

/// A kept HTTP connection; made when it is first needed.
pub(crate) type Kept = Option<SendRequest<Full<Bytes>>>;

/// Makes one request and reads its whole answer. The connection comes back for the next one.
pub(crate) async fn request(
    kept: Kept,
    address: Address,
    sid: String,
    body: Option<Vec<u8>>,
    traffic: Arc<Traffic>,
) -> Result<(Bytes, Kept), ClientError> {
    let mut sender = match kept.filter(|sender| !sender.is_closed()) {
        Some(sender) => sender,
        None => connect(&address, traffic).await?,
    };
    sender.ready().await?;
    let method = if body.is_some() { Method::POST } else { Method::GET };
    let name = if body.is_some() { "POST" } else { "GET" };
    let request = Request::builder()
        .method(method)
        .uri(address.target(Transport::Polling, &sid))
        .header(header::HOST, &address.authority)
        .header(header::CONTENT_TYPE, "text/plain;charset=UTF-8")
        .body(Full::from(body.unwrap_or_default()))
        .map_err(|_| ClientError::Address(address.authority.clone()))?;
    let response = sender.send_request(request).await?;
    let status = response.status().as_u16();
    let collected = Limited::new(response.into_body(), MAX_BODY).collect().await;
    let bytes = collected.map_err(|_| ClientError::Body(MAX_BODY))?.to_bytes();
    if status == 200 { Ok((bytes, Some(sender))) } else { Err(ClientError::Status { method: name, status }) }
}

async fn connect(address: &Address, traffic: Arc<Traffic>) -> Result<SendRequest<Full<Bytes>>, ClientError> {
    let stream = Counted::connect(address, traffic).await?;
    let (sender, connection) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // Its failure shows in the request that waits for it.
        let _ = connection.await;
    });
    Ok(sender)
}
