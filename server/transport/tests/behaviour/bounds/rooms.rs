//! Rooms of one socket.

use transport::Config;

use crate::client::{Running, Ws, quick};
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
