//! What the example of a chat does with input that is not meant.

use crate::client::{Running, Ws, quick};
use crate::example_chat;

#[tokio::test]
async fn who_sends_the_chat_a_wrong_argument_stays_in_it() {
    let running = Running::start(quick(), example_chat::install).await;
    let mut ada = Ws::open(running.addr).await;
    ada.send("40{\"name\":\"Ada\"}").await;
    assert!(ada.text().await.starts_with("40{\"sid\":"));
    for wrong in ["\"join\",5", "\"message\",\"room\"", "\"private\"", "\"typing\",[]"] {
        ada.send(&format!("42[{wrong}]")).await;
    }
    ada.send("421[\"users\"]").await;
    assert_eq!(ada.text().await, "431[[\"Ada\"]]");
    running.stop().await;
}
