//! Worker threads of one attempt, with the flag that stops them.

use std::sync::atomic::{AtomicBool, Ordering};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::{Error, Result};

/// A rayon pool of its own (never the global one, which tasks of other attempts would share) and
/// its cancellation flag.
pub struct Pool {
    threads: ThreadPool,
    cancelled: AtomicBool,
}

impl Pool {
    /// Starts `threads` ≥ 1 workers.
    pub fn new(threads: usize) -> Result<Self> {
        if threads == 0 || threads > 1024 {
            return Err(Error::bad_argument(format!(
                "a pool needs 1 to 1024 threads, not {threads}"
            )));
        }
        let threads = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|i| format!("secmoe-{i}"))
            .build()
            .map_err(|e| Error::internal(format!("starting worker threads: {e}")))?;
        Ok(Pool { threads, cancelled: AtomicBool::new(false) })
    }

    /// Runs `work` on the workers; rayon iterators inside it use this pool. Refuses to start once
    /// cancelled.
    pub fn run<R: Send>(&self, work: impl FnOnce() -> Result<R> + Send) -> Result<R> {
        self.check()?;
        self.threads.install(work)
    }

    /// Returns `CANCELLED` once [`Pool::cancel`] was called. Call it between tiles.
    pub fn check(&self) -> Result<()> {
        if self.cancelled.load(Ordering::Relaxed) {
            Err(Error::cancelled())
        } else {
            Ok(())
        }
    }

    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Returns the number of workers, for choosing tile sizes.
    pub fn threads(&self) -> usize {
        self.threads.current_num_threads()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn runs_on_its_own_threads_until_cancelled() {
        let pool = Pool::new(2).unwrap();
        assert_eq!(pool.run(|| Ok(rayon::current_num_threads())).unwrap(), 2);
        pool.cancel();
        assert_eq!(pool.run(|| Ok(())).unwrap_err().code, Code::Cancelled);
        assert_eq!(Pool::new(0).err().unwrap().code, Code::BadArgument);
    }
}
