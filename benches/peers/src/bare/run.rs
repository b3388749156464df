//! The accept loop and the tick.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;

use super::{connection, framing};
use crate::control;
use crate::flags::ServerFlags;
use crate::payload;
use crate::ticker::{self, Ticker};

type Clients = Arc<Mutex<BTreeMap<u64, Arc<TcpStream>>>>;

/// Serves until it is told to end.
///
/// # Errors
/// When the address cannot be bound.
pub fn run(flags: &ServerFlags) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(flags.threads).enable_all().build()?;
    let ticker = Arc::new(Ticker::new(flags.rate));
    let clients = Clients::default();
    let (ticking, own, listed) = (ticker.clone(), flags.clone(), clients.clone());
    let handle = runtime.handle().clone();
    std::thread::spawn(move || tick(&ticking, &handle, &own, &listed));
    runtime.block_on(async {
        let listener = TcpListener::bind(flags.listen).await?;
        control::announce(listener.local_addr()?);
        control::obey(flags.control, ticker);
        for number in 0_u64.. {
            let (stream, _) = listener.accept().await?;
            let (clients, parser) = (clients.clone(), flags.parser);
            tokio::spawn(async move {
                let Ok(stream) = connection::open(stream, parser, number).await else { return };
                lock(&clients).insert(number, stream.clone());
                connection::drain(&stream).await;
                lock(&clients).remove(&number);
            });
        }
        Ok(())
    })
}

fn tick(ticker: &Ticker, runtime: &Handle, flags: &ServerFlags, clients: &Clients) -> ! {
    let template = payload::template(flags.bytes);
    let before = framing::before_payload(flags.parser, template.len());
    let mut run = [before.as_slice(), &template].concat();
    let mut chosen = Vec::new();
    ticker::run(ticker, runtime, |number, started| {
        chosen.clear();
        chosen.extend(lock(clients).values().cloned());
        payload::stamp(&mut run[before.len()..], started, number, None);
        for (index, stream) in chosen.iter().enumerate() {
            if flags.per_client {
                // Others make a payload for each client too.
                run[before.len()..].copy_from_slice(&template);
                payload::stamp(&mut run[before.len()..], started, number, Some(index as u32));
            }
            // What the kernel refuses is lost, and a client that is gone is taken out by its own task.
            let _ = stream.try_write(&run);
        }
    })
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
