//! The examples, as the official client uses them.

use transport::Config;

use crate::driver::{LIMIT, held, serving};
use crate::{chat, echo, node};

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn the_echo_reaches_everyone() {
    let printed = serving(Config::default(), echo::install, |url| {
        node::run("examples.mjs", &[url, "echo"], &[("DEBUG", "")], LIMIT)
    });
    assert_eq!(held(&printed), 1, "{printed}");
}

#[test]
#[ignore = "needs Node and the packages of tests/node"]
fn the_chat_has_rooms_private_messages_typing_and_users() {
    let printed = serving(Config::default(), chat::install, |url| {
        node::run("examples.mjs", &[url, "chat"], &[("DEBUG", "")], LIMIT)
    });
    assert_eq!(held(&printed), 5, "{printed}");
}
