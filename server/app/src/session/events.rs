//! Which event goes where, and how what is wrong with one is answered.

use std::sync::Arc;

use transport::{Ack, Args, CloseReason, Server, Socket};

use crate::session::act::{self, Outcome};
use crate::session::lobby;
use crate::session::player::Player;
use crate::session::problem::{self, Refused};
use crate::session::state::Session;

/// Puts the handlers of all events on the server.
pub(crate) fn install(server: &Server, session: &Arc<Session>) {
    let root = server.namespace("/");
    let connecting = Arc::clone(session);
    root.on_connect(move |socket, _auth| {
        socket.set_data(Player::new(connecting.settings.actions_per_s, connecting.now()));
        Ok(())
    });
    on(session, "play", lobby::play);
    on(session, "resume", lobby::resume);
    on(session, "leave", |session, socket, player, _| Ok(lobby::leave(session, socket, player)));
    on(session, "act", |session, _, player, args| act::act(session, player, args));
    on(session, "seen", |_, _, player, args| act::seen(player, args));
    on(session, "resync", |_, _, player, args| act::resync(player, args));
    on(session, "latency", |_, _, player, _| Ok(act::latency(player)));
    let unknown = Arc::clone(session);
    root.on_any(move |socket, event, _args, ack| {
        let name: String = event.chars().take(40).collect();
        refuse(&unknown, socket, ack, problem::unknown_event(&name));
    });
    let gone = Arc::clone(session);
    root.on_disconnect(move |socket, reason| {
        tracing::debug!(socket = %socket.id(), %reason, "disconnected");
        if let Some(player) = socket.data::<Player>() {
            lobby::lost(&gone, socket, &player);
        }
    });
}

/// One event: its outcome answers the acknowledgement, and what is wrong goes to the client as a problem.
fn on(
    session: &Arc<Session>,
    event: &'static str,
    handler: impl Fn(&Arc<Session>, &Socket, &Player, &Args) -> Outcome + Send + Sync + 'static,
) {
    let root = session.server.namespace("/");
    let session = Arc::clone(session);
    root.on(event, move |socket, args, ack| {
        let Some(player) = socket.data::<Player>() else { return };
        match handler(&session, socket, &player, args) {
            Ok(answer) => {
                if let Some(ack) = ack
                    && let Err(error) = ack.send(&(answer.reply,))
                {
                    tracing::debug!(socket = %socket.id(), event, %error, "an answer was not sent");
                }
                if let Some(after) = answer.after {
                    after();
                }
            }
            Err(refused) => refuse(&session, socket, ack, refused),
        }
    });
}

/// Answers something wrong, counts it, logs it once, and closes the connection where there is no end of it.
fn refuse(session: &Session, socket: &Socket, ack: Option<Ack>, refused: Refused) {
    let problem = &refused.problem;
    if refused.excused {
        if let Some(ack) = ack
            && let Err(error) = ack.send(&(problem,))
        {
            tracing::debug!(socket = %socket.id(), %error, "an answer was not sent");
        }
        return;
    }
    session.problems.count(problem.code);
    let Some(player) = socket.data::<Player>() else { return };
    if player.first_problem(problem.code) {
        let (address, code, message) = (socket.remote_addr(), problem.code, &problem.message);
        tracing::info!(socket = %socket.id(), %address, ?code, %message, "bad input");
    }
    let told = match ack {
        Some(ack) if refused.as_reply => ack.send(&(serde_json::json!({ "error": problem }),)),
        Some(ack) => ack.send(&(problem,)),
        None => socket.emit("error", &(problem,)),
    };
    if let Err(error) = told {
        tracing::debug!(socket = %socket.id(), %error, "a problem was not told");
    }
    if player.count_problem() >= session.settings.max_problems {
        socket.disconnect(true, CloseReason::Application("too many problems"));
    }
}
