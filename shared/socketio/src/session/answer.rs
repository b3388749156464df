//! The server's answer to a request to join, as the client reads it.

use super::event::Event;
use crate::{Error, Namespace, PacketKind, Value};

/// The event that the packet means.
///
/// # Errors
///
/// [`Error::InvalidData`] for a yes without the socket's id.
pub(super) fn read(kind: PacketKind, namespace: Namespace, data: Option<Value>) -> Result<Event, Error> {
    let text = |key: &str| data.as_ref().and_then(|data| data.get(key)).and_then(Value::as_str).map(str::to_owned);
    match kind {
        PacketKind::Connect => {
            let sid = text("sid").ok_or(Error::InvalidData("connect"))?;
            Ok(Event::Connected { namespace, sid })
        }
        _ => {
            // Servers of the protocol before this one send the bare text.
            let bare = data.as_ref().and_then(Value::as_str).map(str::to_owned);
            let message = text("message").or(bare).unwrap_or_default();
            let data = data.as_ref().and_then(|data| data.get("data")).cloned();
            Ok(Event::ConnectError { namespace, message, data })
        }
    }
}
