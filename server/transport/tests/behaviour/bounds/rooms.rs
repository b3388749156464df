//! Rooms of one socket.

use std::sync::mpsc;

use transport::{Config, RoomNames, Socket};

use crate::client::{PATIENCE, Running, Ws, quick};
use crate::tools::{echo, finish};

#[tokio::test]
async fn a_socket_may_be_in_max_rooms_per_socket_and_not_one_more() {
    let running = Running::start(Config { max_rooms_per_socket: 2, ..quick() }, echo).await;
    let ws = Ws::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    assert!(socket.join("a") && socket.join("b"));
    assert!(!socket.join("c"));
    assert!(socket.join("a"), "it is in there already");
    assert_eq!(socket.rooms().len(), 2);
    assert!(running.server.to("c").sockets().is_empty());
    socket.leave("a");
    assert!(socket.join("c"));
    drop((ws, socket));
    finish(running).await;
}

#[tokio::test]
async fn a_rooms_name_may_have_max_room_bytes_and_not_one_more() {
    let running = Running::start(Config { max_room_bytes: 10, ..quick() }, echo).await;
    let ws = Ws::join(running.addr).await;
    let socket = running.server.namespace("/").sockets().pop().expect("a socket");
    assert!(socket.join("r".repeat(10)));
    assert!(!socket.join("r".repeat(11)));
    drop(ws);
    crate::client::until("the end", || !socket.is_connected()).await;
    assert!(!socket.join("late"), "it has left");
    drop(socket);
    finish(running).await;
}

/// The rooms of a socket.
struct RoomsOf(Socket);

impl RoomNames for RoomsOf {
    fn each(&self, visit: &mut dyn FnMut(&str)) {
        self.0.rooms().iter().for_each(|room| visit(room));
    }
}

#[tokio::test]
async fn what_names_rooms_may_ask_the_namespace() {
    let running = Running::start(quick(), echo).await;
    let clients = [Ws::join(running.addr).await, Ws::join(running.addr).await];
    let [a, b] = running.server.sockets().try_into().expect("two sockets");
    assert!(a.join(["x", "y"]));
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || {
        assert!(b.join(RoomsOf(a.clone())));
        let joined = b.rooms().len();
        b.leave(RoomsOf(a));
        tell.send((joined, b.rooms().len())).expect("the test runs");
    });
    assert_eq!(told.recv_timeout(PATIENCE), Ok((2, 0)), "nobody waits for its own lock");
    drop(clients);
    finish(running).await;
}
