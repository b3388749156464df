//! What an application puts on the requests below Socket.IO: a say in which may open a session, and news of those refused.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use crate::handshake::HandshakeRequest;

type Allow = dyn Fn(&HandshakeRequest<'_>) -> Result<(), String> + Send + Sync;
type OnRefused = dyn Fn(&ConnectionError<'_>) + Send + Sync;

/// A request that the endpoint has refused.
#[derive(Debug, Clone, Copy)]
pub struct ConnectionError<'a> {
    /// The request.
    pub request: HandshakeRequest<'a>,
    /// The number of the error in the protocol of Engine.IO: 0 unknown transport, 1 unknown session, 2 bad handshake method,
    /// 3 bad request, 4 forbidden, 5 unsupported protocol version.
    pub code: u8,
    /// The words the client is told.
    pub message: &'a str,
}

#[derive(Default)]
pub(crate) struct Hooks {
    allow: RwLock<Option<Arc<Allow>>>,
    refused: RwLock<Option<Arc<OnRefused>>>,
}

impl Hooks {
    pub(crate) fn set_allow(&self, allow: Arc<Allow>) {
        set(&self.allow, allow);
    }

    pub(crate) fn set_refused(&self, refused: Arc<OnRefused>) {
        set(&self.refused, refused);
    }

    /// Asks whether a request may open a session.
    ///
    /// # Errors
    /// The words the client is told.
    pub(crate) fn allow(&self, request: &HandshakeRequest<'_>) -> Result<(), String> {
        get(&self.allow).map_or(Ok(()), |allow| allow(request))
    }

    /// Who hears of refused requests.
    pub(crate) fn refused(&self) -> Option<Arc<OnRefused>> {
        get(&self.refused)
    }
}

fn set<T: ?Sized>(place: &RwLock<Option<Arc<T>>>, hook: Arc<T>) {
    let old = place.write().unwrap_or_else(PoisonError::into_inner).replace(hook);
    drop(old);
}

fn get<T: ?Sized>(place: &RwLock<Option<Arc<T>>>) -> Option<Arc<T>> {
    place.read().unwrap_or_else(PoisonError::into_inner).clone()
}

impl fmt::Debug for Hooks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}
