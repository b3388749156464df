//! The address to listen on.

use tokio::net::TcpListener;

use crate::error::Error;

/// Listens on `address`, such as `127.0.0.1:3000`, `[::]:3000` or `localhost:0`; port 0 takes a free one, which the listener
/// knows. What [`serve`](crate::serve) takes, with an error that names the address.
///
/// # Errors
/// [`Error::Listen`] for what is no address, and where the system refuses: the port is in use, or not allowed.
pub async fn listen(address: &str) -> Result<TcpListener, Error> {
    let refused = |source| Error::Listen { address: address.to_owned(), source };
    TcpListener::bind(address).await.map_err(refused)
}
