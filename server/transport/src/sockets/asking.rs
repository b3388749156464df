//! Events that ask their receivers for an acknowledgement: one receiver by callback or future, many by future.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use serde::Serialize;
use socketio::Args;
use tokio::sync::oneshot;

use super::awaited::Awaited;
use super::broadcast::Broadcast;
use super::handle::{Socket, lock};
use super::prepared::Prepared;
use crate::error::{AckError, Error};
use crate::id::SocketId;

/// One receiver or many that are given a time to answer in; made by [`Socket::timeout`] and [`Broadcast::timeout`].
#[derive(Debug)]
pub struct Timeout<T> {
    whom: T,
    wait: Duration,
}

impl Socket {
    /// Gives the client this long to answer: `socket.timeout(wait).emit_with_ack("event", &args)?.await?`.
    pub fn timeout(&self, wait: Duration) -> Timeout<Socket> {
        Timeout { whom: self.clone(), wait }
    }

    /// Sends `event` and asks for an acknowledgement. `answer` runs exactly once, in the connection's task: with the client's
    /// arguments, or with the reason that none came. It does not run when this returns an error: where asking ends the
    /// connection, as the queue is full, there is one or the other.
    ///
    /// # Errors
    /// As [`emit`](Self::emit), and [`Error::TooManyAcks`].
    pub fn emit_with_ack<T: Serialize + ?Sized>(
        &self,
        event: &str,
        args: &T,
        timeout: Duration,
        answer: impl FnOnce(Result<Args, AckError>) + Send + 'static,
    ) -> Result<(), Error> {
        self.ask(event, Args::from_serialize(args)?, timeout, answer)
    }

    fn ask(
        &self,
        event: &str,
        args: Args,
        wait: Duration,
        answer: impl FnOnce(Result<Args, AckError>) + Send + 'static,
    ) -> Result<(), Error> {
        self.overhear(event, &args);
        // First, as `answer` is not to run where this fails.
        let weight = match self.is_connected() {
            true => (1, 0),
            false => self.weigh(&Prepared::event(self.namespace().id(), event, args.clone(), None)?)?,
        };
        let awaited = Arc::new(Awaited::new(self.id(), answer));
        let (event, waiting) = (event.to_owned(), awaited.clone());
        let asked = self.send(weight, move |socket| {
            socket.change(|core, now, id| {
                let ack = core.sio.emit_with_ack(now, id, &event, args, Some(wait))?;
                let waiting = waiting.clone();
                core.acks.insert((id.clone(), ack), Box::new(move |result| waiting.settle(result)));
                Ok(())
            })
        });
        awaited.conclude(asked)
    }
}

impl Timeout<Socket> {
    /// Sends `event` at once. The future it returns has the client's arguments, or the reason that none came; it need not be
    /// awaited.
    ///
    /// # Errors
    /// As [`Socket::emit_with_ack`].
    pub fn emit_with_ack<T: Serialize + ?Sized>(self, event: &str, args: &T) -> Result<Answer, Error> {
        let (tell, told) = oneshot::channel();
        // Whoever asked may have stopped waiting.
        self.whom.ask(event, Args::from_serialize(args)?, self.wait, move |result| drop(tell.send(result)))?;
        Ok(Answer(told))
    }
}

impl Broadcast {
    /// Gives each client this long to answer: `namespace.to("room").timeout(wait).emit_with_ack("event", &args)?.await`.
    pub fn timeout(self, wait: Duration) -> Timeout<Broadcast> {
        Timeout { whom: self, wait }
    }
}

impl Timeout<Broadcast> {
    /// Sends `event` to the chosen sockets at once. The future it returns is ready when each of them has answered, failed to
    /// in time, or left; it need not be awaited. At most [`Config::max_pending_acks`](crate::Config::max_pending_acks)
    /// acknowledgements are awaited of one connection: a client beyond it is not asked and counts as missing.
    ///
    /// # Errors
    /// [`Error::Encode`] for arguments that are no data.
    pub fn emit_with_ack<T: Serialize + ?Sized>(self, event: &str, args: &T) -> Result<Answers, Error> {
        let args = Args::from_serialize(args)?;
        let sockets = self.whom.sockets();
        let (tell, told) = oneshot::channel();
        let gathering = Arc::new(Gathering::new(sockets.len(), tell));
        for socket in sockets {
            let (id, answered) = (socket.id(), gathering.clone());
            if socket.ask(event, args.clone(), self.wait, move |result| answered.settle(id, result)).is_err() {
                gathering.settle(id, Err(AckError::NotSent));
            }
        }
        Ok(Answers(told))
    }
}

/// The answer of one client, awaited.
#[derive(Debug)]
pub struct Answer(oneshot::Receiver<Result<Args, AckError>>);

impl Future for Answer {
    type Output = Result<Args, AckError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(cx).map(|told| told.unwrap_or(Err(AckError::Closed)))
    }
}

/// The answers of many clients, awaited.
#[derive(Debug)]
pub struct Answers(oneshot::Receiver<Told>);

/// Every client's answer, in the order they came.
type Told = Result<Vec<(SocketId, Args)>, Unanswered>;

impl Future for Answers {
    type Output = Told;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let nobody = Unanswered { answers: Vec::new(), missing: Vec::new() };
        Pin::new(&mut self.0).poll(cx).map(|told| told.unwrap_or(Err(nobody)))
    }
}

/// Not every client has answered a broadcast.
#[derive(Debug)]
pub struct Unanswered {
    /// The answers that came, in the order they came.
    pub answers: Vec<(SocketId, Args)>,
    /// Those who did not answer, and why.
    pub missing: Vec<(SocketId, AckError)>,
}

impl fmt::Display for Unanswered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (missing, all) = (self.missing.len(), self.missing.len() + self.answers.len());
        write!(f, "{missing} of {all} clients did not answer")
    }
}

impl std::error::Error for Unanswered {}

/// The answers to one broadcast, while they come in.
struct Gathering(Mutex<Gathered>);

struct Gathered {
    answers: Vec<(SocketId, Args)>,
    missing: Vec<(SocketId, AckError)>,
    /// Clients that have neither answered nor failed to.
    left: usize,
    tell: Option<oneshot::Sender<Told>>,
}

impl Gathering {
    fn new(left: usize, tell: oneshot::Sender<Told>) -> Self {
        let mut gathered = Gathered { answers: Vec::new(), missing: Vec::new(), left, tell: Some(tell) };
        gathered.tell_if_done();
        Self(Mutex::new(gathered))
    }

    fn settle(&self, id: SocketId, result: Result<Args, AckError>) {
        let mut gathered = lock(&self.0);
        match result {
            Ok(args) => gathered.answers.push((id, args)),
            Err(error) => gathered.missing.push((id, error)),
        }
        gathered.left -= 1;
        gathered.tell_if_done();
    }
}

impl Gathered {
    fn tell_if_done(&mut self) {
        let Some(tell) = self.tell.take_if(|_| self.left == 0) else { return };
        let answers = std::mem::take(&mut self.answers);
        let missing = std::mem::take(&mut self.missing);
        let told = if missing.is_empty() { Ok(answers) } else { Err(Unanswered { answers, missing }) };
        // Whoever asked may have stopped waiting.
        let _ = tell.send(told);
    }
}
