//! What listens to a socket, or to all sockets of a namespace: the handlers and middlewares of its events. What a socket is
//! does not matter here: it is the type `S`. Running them is the matter of `calls`.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use socketio::{Args, RESERVED_EVENTS};

use super::failure::Failure;
use super::list::{List, ListenerId};
use super::outcome::{HandlerError, Outcome};
use crate::ack::Ack;
use crate::error::CloseReason;

type Done = Result<(), HandlerError>;
pub(super) type OnEvent<S> = dyn Fn(&S, &Args, Option<Ack>) -> Done + Send + Sync;
pub(super) type OnAny<S> = dyn Fn(&S, &str, &Args, Option<Ack>) -> Done + Send + Sync;
pub(super) type OnOutgoing<S> = dyn Fn(&S, &str, &Args) + Send + Sync;
pub(super) type Middleware<S> = dyn Fn(&S, &str, &Args) -> Done + Send + Sync;
pub(super) type OnLeave<S> = dyn Fn(&S, CloseReason) + Send + Sync;
pub(super) type OnDrain<S> = dyn Fn(&S) + Send + Sync;
pub(super) type OnError<S> = dyn Fn(&S, &Failure) + Send + Sync;

/// The listeners of one [`Socket`](crate::Socket), or those that all sockets of a [`Namespace`](crate::Namespace) share.
/// Both lend it: `socket.on(..)`, `namespace.on(..)`.
///
/// An event runs, each in the order they were added and a namespace's before a socket's own: the catch-all listeners, the
/// middlewares, then its listeners or, where there is none, the unhandled ones. A listener added or taken out meanwhile counts
/// from the next event on. All of them run in the connection's task, in the order of the packets, and **must not block**: while one
/// does, nothing of its connection goes on. Its packets wait, no heartbeat is sent or missed, no timeout of it runs, not even that
/// of an acknowledgement it asks for itself, and a shutdown waits for it. Work that waits goes into a task of its own, with
/// clones of what it needs:
///
/// ```
/// # let server = transport::Server::new(transport::Config::default()).unwrap();
/// server.on("save", |socket, args, ack| {
///     let (socket, text) = (socket.clone(), args.get::<String>(0)?);
///     tokio::spawn(async move {
///         tokio::time::sleep(std::time::Duration::from_millis(5)).await;
///         let saved = socket.broadcast().emit("saved", &text);
///         if let (Ok(_), Some(ack)) = (saved, ack) {
///             ack.send(&"ok").ok();
///         }
///     });
///     Ok(())
/// });
/// ```
///
/// A listener that panics closes its own connection, and no other. One that returns an error stops the event; see
/// [`on_error`](Self::on_error).
#[repr(C)]
pub struct Listeners<S> {
    /// Whether anybody listens to what is sent, to be asked without a lock. Broadcasts look at it: see `SocketInner`.
    outgoing: AtomicBool,
    /// None until the first is added: most sockets have none of their own.
    table: RwLock<Option<Box<Table<S>>>>,
}

pub(super) struct Table<S> {
    pub(super) events: HashMap<Box<str>, List<OnEvent<S>>>,
    pub(super) any: List<OnAny<S>>,
    pub(super) unhandled: List<OnAny<S>>,
    pub(super) outgoing: List<OnOutgoing<S>>,
    pub(super) middlewares: List<Middleware<S>>,
    pub(super) disconnecting: List<OnLeave<S>>,
    pub(super) disconnect: List<OnLeave<S>>,
    pub(super) drain: List<OnDrain<S>>,
    pub(super) error: List<OnError<S>>,
}

impl<S: 'static> Listeners<S> {
    /// Runs `handler` at every `event` of a client.
    ///
    /// # Panics
    /// For the names that no client may send: `connect`, `connect_error`, `disconnect`, `disconnecting`, `newListener` and
    /// `removeListener`. [`on_connect`](crate::Gate::on_connect), [`on_disconnecting`](Self::on_disconnecting)
    /// and [`on_disconnect`](Self::on_disconnect) hear of what they mean in Node. `connection`, which a client may send, is
    /// taken, and a warning logged.
    #[track_caller]
    pub fn on<R: Outcome<HandlerError>>(
        &self,
        event: &str,
        handler: impl Fn(&S, &Args, Option<Ack>) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        check_name(event);
        let call = move |socket: &S, args: &Args, ack: Option<Ack>| handler(socket, args, ack).into_result();
        self.change(|table| table.events.entry(event.into()).or_default().push(Arc::new(call)))
    }

    /// Runs `handler` at the next `event`, and never again; on a namespace, at the next of any of its sockets.
    ///
    /// # Panics
    /// As [`on`](Self::on).
    #[track_caller]
    pub fn once<R: Outcome<HandlerError>>(
        &self,
        event: &str,
        handler: impl FnOnce(&S, &Args, Option<Ack>) -> R + Send + 'static,
    ) -> ListenerId {
        check_name(event);
        let handler = Mutex::new(Some(handler));
        let call = move |socket: &S, args: &Args, ack: Option<Ack>| {
            let handler = handler.lock().unwrap_or_else(PoisonError::into_inner).take();
            handler.map_or(Ok(()), |handler| handler(socket, args, ack).into_result())
        };
        self.change(|table| table.events.entry(event.into()).or_default().push_once(Arc::new(call)))
    }

    /// Runs `handler` at every event, before its middlewares and listeners.
    pub fn on_any<R: Outcome<HandlerError>>(
        &self,
        handler: impl Fn(&S, &str, &Args, Option<Ack>) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        self.change(|table| table.any.push(any(handler)))
    }

    /// As [`on_any`](Self::on_any), before the catch-all listeners that are there.
    pub fn prepend_any<R: Outcome<HandlerError>>(
        &self,
        handler: impl Fn(&S, &str, &Args, Option<Ack>) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        self.change(|table| table.any.prepend(any(handler)))
    }

    /// Runs `handler` at every event that has no listener of its own.
    pub fn on_unhandled<R: Outcome<HandlerError>>(
        &self,
        handler: impl Fn(&S, &str, &Args, Option<Ack>) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        self.change(|table| table.unhandled.push(any(handler)))
    }

    /// Runs `handler` at every event that is sent to a client, on the thread that sends it and once for each receiver. It
    /// hears of broadcasts, not of acknowledgements and of [frames](crate::Socket::send_frame). It hears of what it sends itself,
    /// too: without an end that takes the whole program down.
    pub fn on_any_outgoing(&self, handler: impl Fn(&S, &str, &Args) + Send + Sync + 'static) -> ListenerId {
        let id = self.change(|table| table.outgoing.push(Arc::new(handler)));
        self.outgoing.store(true, Relaxed);
        id
    }

    /// Decides about every event of a client, before its listeners. An error drops the event, leaves an acknowledgement
    /// unanswered, and is told to [`on_error`](Self::on_error).
    pub fn event_middleware<R: Outcome<HandlerError>>(
        &self,
        middleware: impl Fn(&S, &str, &Args) -> R + Send + Sync + 'static,
    ) -> ListenerId {
        let call = move |socket: &S, event: &str, args: &Args| middleware(socket, event, args).into_result();
        self.change(|table| table.middlewares.push(Arc::new(call)))
    }

    /// Runs when a socket that was let in is about to leave, while it is still in its rooms.
    pub fn on_disconnecting(&self, handler: impl Fn(&S, CloseReason) + Send + Sync + 'static) -> ListenerId {
        self.change(|table| table.disconnecting.push(Arc::new(handler)))
    }

    /// Runs once when a socket that was let in has left, whoever ended it.
    pub fn on_disconnect(&self, handler: impl Fn(&S, CloseReason) + Send + Sync + 'static) -> ListenerId {
        self.change(|table| table.disconnect.push(Arc::new(handler)))
    }

    /// Runs when a socket that was not [`writable`](crate::Socket::writable), or had to queue, has become so.
    pub fn on_drain(&self, handler: impl Fn(&S) + Send + Sync + 'static) -> ListenerId {
        self.change(|table| table.drain.push(Arc::new(handler)))
    }

    /// Hears of every error that a listener or an event middleware returned, and decides alone what becomes of it: the socket stays,
    /// and nothing is logged. Where nobody does, the error is logged as a warning, and the socket of a listener that failed is
    /// disconnected with [`CloseReason::HandlerFailed`]: the client hears "io server disconnect", after which `socket.io-client`
    /// does not come back by itself.
    pub fn on_error(&self, handler: impl Fn(&S, &Failure) + Send + Sync + 'static) -> ListenerId {
        self.change(|table| table.error.push(Arc::new(handler)))
    }

    /// Takes out all listeners of `event`.
    pub fn off(&self, event: &str) {
        let gone = self.edit(|table| table.events.remove(event));
        drop(gone);
    }

    /// Takes out all catch-all listeners.
    pub fn off_any(&self) {
        let gone = self.edit(|table| std::mem::take(&mut table.any));
        drop(gone);
    }

    /// Takes out all listeners to what is sent.
    pub fn off_any_outgoing(&self) {
        self.outgoing.store(false, Relaxed);
        let gone = self.edit(|table| std::mem::take(&mut table.outgoing));
        drop(gone);
    }

    /// Takes out one listener or middleware, of whatever kind; false when it was not there.
    pub fn remove(&self, id: ListenerId) -> bool {
        let gone = self.edit(|table| {
            let named = table.events.values_mut().find_map(|list| list.remove(id));
            table.events.retain(|_, list| !list.is_empty());
            named
                .or_else(|| table.any.remove(id))
                .or_else(|| table.unhandled.remove(id))
                .or_else(|| table.outgoing.remove(id))
                .or_else(|| table.middlewares.remove(id))
                .or_else(|| table.disconnecting.remove(id))
                .or_else(|| table.disconnect.remove(id))
                .or_else(|| table.drain.remove(id))
                .or_else(|| table.error.remove(id))
        });
        gone.flatten().is_some()
    }

    /// Drops all listeners, and with them whatever they hold: one may hold its own socket.
    pub(crate) fn clear(&self) {
        self.outgoing.store(false, Relaxed);
        let table = self.table.write().unwrap_or_else(PoisonError::into_inner).take();
        drop(table);
    }

    /// The same listeners for another namespace; what is added to one later is not added to the other.
    pub(super) fn copy(&self) -> Self {
        let table = self.read(Table::clone).map(Box::new);
        Self { table: RwLock::new(table), outgoing: AtomicBool::new(self.has_outgoing()) }
    }

    /// Whether any was ever added.
    pub(super) fn is_set(&self) -> bool {
        self.table.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Takes the listeners of another namespace; false, with nothing taken, where any was ever added here.
    pub(super) fn fill(&self, others: Self) -> bool {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.is_some() {
            return false;
        }
        self.outgoing.store(others.has_outgoing(), Relaxed);
        *table = others.table.into_inner().unwrap_or_else(PoisonError::into_inner);
        true
    }

    pub(super) fn has_outgoing(&self) -> bool {
        self.outgoing.load(Relaxed)
    }

    /// Looks something up, where there is any listener.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Table<S>) -> T) -> Option<T> {
        self.table.read().unwrap_or_else(PoisonError::into_inner).as_deref().map(read)
    }

    /// Changes the listeners, where there is any.
    fn edit<T>(&self, edit: impl FnOnce(&mut Table<S>) -> T) -> Option<T> {
        self.table.write().unwrap_or_else(PoisonError::into_inner).as_deref_mut().map(edit)
    }

    fn change<T>(&self, change: impl FnOnce(&mut Table<S>) -> T) -> T {
        change(self.table.write().unwrap_or_else(PoisonError::into_inner).get_or_insert_default())
    }
}

/// Finds listeners that would wait for ever, as habits of Node lead to them.
#[track_caller]
fn check_name(event: &str) {
    assert!(
        !RESERVED_EVENTS.contains(&event),
        "no client may send {event:?}, so nothing would ever run: use on_connect, on_disconnecting or on_disconnect"
    );
    if event == "connection" {
        tracing::warn!(
            "a listener of \"connection\" runs at a client's event of that name only: use on_connect for new sockets"
        );
    }
}

fn any<S: 'static, R: Outcome<HandlerError>>(
    handler: impl Fn(&S, &str, &Args, Option<Ack>) -> R + Send + Sync + 'static,
) -> Arc<OnAny<S>> {
    Arc::new(move |socket: &S, event: &str, args: &Args, ack| handler(socket, event, args, ack).into_result())
}

// Derived, these would ask for more of the socket.
impl<S> Default for Listeners<S> {
    fn default() -> Self {
        Self { table: RwLock::default(), outgoing: AtomicBool::new(false) }
    }
}

impl<S> Default for Table<S> {
    fn default() -> Self {
        Self {
            events: HashMap::new(),
            any: List::default(),
            unhandled: List::default(),
            outgoing: List::default(),
            middlewares: List::default(),
            disconnecting: List::default(),
            disconnect: List::default(),
            drain: List::default(),
            error: List::default(),
        }
    }
}

impl<S> Clone for Table<S> {
    fn clone(&self) -> Self {
        Self {
            events: self.events.clone(),
            any: self.any.clone(),
            unhandled: self.unhandled.clone(),
            outgoing: self.outgoing.clone(),
            middlewares: self.middlewares.clone(),
            disconnecting: self.disconnecting.clone(),
            disconnect: self.disconnect.clone(),
            drain: self.drain.clone(),
            error: self.error.clone(),
        }
    }
}

impl<S> fmt::Debug for Listeners<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listeners").finish_non_exhaustive()
    }
}
