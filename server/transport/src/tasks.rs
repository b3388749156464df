//! The server's tasks, counted so that a shutdown can wait for the last one.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;
use tokio::task::AbortHandle;

/// Counts the tasks it starts. Clones count together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tasks {
    count: Arc<Count>,
}

#[derive(Debug, Default)]
struct Count {
    running: AtomicUsize,
    idle: Notify,
}

impl Tasks {
    /// Runs `task` on the runtime this is called from.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        self.count.running.fetch_add(1, Ordering::SeqCst);
        let running = Running(self.count.clone());
        tokio::spawn(async move {
            let _running = running;
            task.await;
        })
        .abort_handle()
    }

    /// Waits until none runs.
    pub(crate) async fn ended(&self) {
        loop {
            let idle = self.count.idle.notified();
            if self.count.running.load(Ordering::SeqCst) == 0 {
                return;
            }
            idle.await;
        }
    }
}

/// One running task; it ends also by a panic, or when it is aborted.
struct Running(Arc<Count>);

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.0.idle.notify_waiters();
        }
    }
}
