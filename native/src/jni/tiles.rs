//! Elementwise work on Java's buffers, spread over the workers of the attempt.

use std::ops::Range;
use std::slice;

use jni::sys::jlong;
use rayon::prelude::*;

use super::handles;
use crate::error::Result;
use crate::pool::Pool;

/// Elements of a tile: three of them stay in the first-level cache.
const TILE: usize = 1024;

/// Elements of a task; a multiple of 8, so that packed elements of any width meet at whole bytes.
const TASK: usize = 8 * TILE;

/// Shorter vectors are not worth waking workers up: they stay on the caller's thread.
const LONG: usize = 1 << 16;

/// A buffer of n elements of which every task has a part of its own.
#[derive(Clone, Copy)]
pub struct Parts<T>(*mut T);

// The caller of `Parts::new` promises that no two threads get at the same element.
unsafe impl<T: Send> Send for Parts<T> {}
unsafe impl<T: Send> Sync for Parts<T> {}

impl<T: Copy> Parts<T> {
    /// # Safety
    /// The buffer outlives all parts, and no two threads ask for overlapping ones.
    pub unsafe fn new(buffer: *mut T) -> Self {
        Parts(buffer)
    }

    /// # Safety
    /// No other reference into the part is alive, and it lies within the buffer.
    #[allow(clippy::mut_from_ref)]
    pub unsafe fn part(&self, part: &Range<usize>) -> &mut [T] {
        slice::from_raw_parts_mut(self.0.add(part.start), part.len())
    }

    /// A copy of the part, for which no reference stays: the buffer may be an output too.
    unsafe fn copy<'a>(&self, part: &Range<usize>, copy: &'a mut [T; TILE]) -> &'a [T] {
        let copy = &mut copy[..part.len()];
        copy.copy_from_slice(slice::from_raw_parts(self.0.add(part.start), part.len()));
        copy
    }
}

/// Runs `work` for consecutive parts of 0..n: long vectors on the workers of `pool`, others on the
/// caller's thread, and all of them where a single worker would only replace it. `CANCELLED` at the
/// next part after [`Pool::cancel`]. Without a pool (0) there is one part.
pub fn for_tasks(
    pool: jlong,
    n: usize,
    work: impl Fn(Range<usize>) -> Result<()> + Sync,
) -> Result<()> {
    if pool == 0 {
        return work(0..n);
    }
    let pool = handles::get::<Pool>(pool)?;
    let mut tasks = 0..n.div_ceil(TASK);
    let task = |t| {
        pool.check()?;
        work(t * TASK..n.min((t + 1) * TASK))
    };
    if n < LONG || pool.threads() == 1 {
        tasks.try_for_each(task)
    } else {
        pool.run(|| tasks.into_par_iter().try_for_each(task))
    }
}

/// x → out; `work` gets the first index of a tile, a copy of x there, and the tile of out, which
/// may be x.
///
/// # Safety
/// Both buffers have n elements, stay alive, and nobody else writes to them meanwhile.
pub unsafe fn map<T, U>(
    pool: jlong,
    n: usize,
    x: *mut T,
    out: *mut U,
    work: impl Fn(usize, &[T], &mut [U]) + Sync,
) -> Result<()>
where
    T: Copy + Default + Send,
    U: Copy + Send,
{
    let (x, out) = (Parts::new(x), Parts::new(out));
    for_tasks(pool, n, |task| {
        let mut copy = [T::default(); TILE];
        for tile in tiles(task) {
            work(tile.start, x.copy(&tile, &mut copy), out.part(&tile));
        }
        Ok(())
    })
}

/// x, y → out; `work` gets copies of a tile of x and y, and the tile of out, which may be x or y.
///
/// # Safety
/// As for [`map`].
pub unsafe fn map2<T: Copy + Default + Send>(
    pool: jlong,
    n: usize,
    x: *mut T,
    y: *mut T,
    out: *mut T,
    work: impl Fn(&[T], &[T], &mut [T]) + Sync,
) -> Result<()> {
    let (x, y, out) = (Parts::new(x), Parts::new(y), Parts::new(out));
    for_tasks(pool, n, |task| {
        let mut copies = [[T::default(); TILE]; 2];
        let [copy_x, copy_y] = &mut copies;
        for tile in tiles(task) {
            work(x.copy(&tile, copy_x), y.copy(&tile, copy_y), out.part(&tile));
        }
        Ok(())
    })
}

fn tiles(task: Range<usize>) -> impl Iterator<Item = Range<usize>> {
    task.clone().step_by(TILE).map(move |from| from..task.end.min(from + TILE))
}

/// Returns the bytes of a task's packed fields.
pub fn packed(task: &Range<usize>, width: u32) -> Range<usize> {
    let width = width as usize;
    task.start / 8 * width..(task.end * width).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::Mutex;
    use std::thread;

    use super::*;
    use crate::error::Code;

    const WORKERS: usize = 3;

    fn with_pool(workers: usize, work: impl FnOnce(jlong)) {
        let pool = handles::insert(Pool::new(workers).unwrap());
        work(pool);
        handles::free(pool);
    }

    #[test]
    fn tasks_cover_a_vector_once_on_the_right_threads() {
        for workers in [1, WORKERS] {
            for n in [0, 1, TASK + 1, LONG - 1, LONG, LONG + TASK + 7] {
                with_pool(workers, |pool| covers(pool, n, n < LONG || workers == 1));
            }
        }
    }

    fn covers(pool: jlong, n: usize, alone: bool) {
        let seen: Vec<AtomicUsize> = (0..n).map(|_| AtomicUsize::new(0)).collect();
        let threads = Mutex::new(HashSet::new());
        let work = |task: Range<usize>| {
            threads.lock().unwrap().insert(thread::current().id());
            assert!(task.start.is_multiple_of(8) && task.len() <= TASK);
            for s in &seen[task] {
                s.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        };
        for_tasks(pool, n, work).unwrap();
        assert!(seen.iter().all(|s| s.load(Ordering::Relaxed) == 1));
        let (threads, own) = (threads.into_inner().unwrap(), thread::current().id());
        assert!(
            if alone { threads.iter().all(|&t| t == own) } else { !threads.contains(&own) },
            "{n}"
        );
    }

    #[test]
    fn outputs_may_be_inputs() {
        let n = LONG + TASK + 7;
        let (x, y): (Vec<u64>, Vec<u64>) = (0..n as u64).map(|i| (i, i * i)).unzip();
        let check = |out: Vec<u64>, f: &dyn Fn(u64) -> u64| {
            (0..n as u64).for_each(|i| assert_eq!(out[i as usize], f(i)))
        };
        let combine = |x: &[u64], y: &[u64], out: &mut [u64]| {
            (0..x.len()).for_each(|i| out[i] = 3 * x[i] + y[i])
        };
        with_pool(WORKERS, |pool| {
            for pool in [0, pool] {
                let (mut x, mut y) = (x.clone(), y.clone());
                unsafe {
                    let (p, q) = (x.as_mut_ptr(), y.as_mut_ptr());
                    map(pool, n, p, p, |from, x, out| {
                        (0..x.len()).for_each(|i| out[i] = x[i] + (from + i) as u64)
                    })
                    .unwrap();
                    map2(pool, n, p, q, q, combine).unwrap();
                    map2(pool, n, p, q, p, combine).unwrap();
                }
                check(x, &|i| 12 * i + i * i);
                check(y, &|i| 6 * i + i * i);
            }
        });
    }

    #[test]
    fn cancelled_and_closed_pools_are_refused() {
        let code = |pool, n| for_tasks(pool, n, |_| Ok(())).err().map(|e| e.code);
        with_pool(WORKERS, |pool| {
            handles::get::<Pool>(pool).unwrap().cancel();
            assert_eq!([code(pool, 1), code(pool, LONG)], [Some(Code::Cancelled); 2]);
        });
        assert_eq!([code(-1, 1), code(-1, LONG)], [Some(Code::ClosedHandle); 2]);
        assert_eq!([code(0, 1), code(0, LONG)], [None; 2]);
    }

    #[test]
    fn a_running_call_stops_at_its_next_task() {
        with_pool(WORKERS, |pool| {
            let started = AtomicUsize::new(0);
            let cancel = |_| {
                started.fetch_add(1, Ordering::Relaxed);
                handles::get::<Pool>(pool)?.cancel();
                Ok(())
            };
            assert_eq!(for_tasks(pool, 100 * LONG, cancel).unwrap_err().code, Code::Cancelled);
            assert!(started.into_inner() <= WORKERS, "no more than a task for each worker");
        });
    }

    #[test]
    fn packed_parts_meet() {
        for width in 1..=63 {
            let n = LONG + 7;
            let parts: Vec<_> = (0..n)
                .step_by(TASK)
                .map(|from| packed(&(from..n.min(from + TASK)), width))
                .collect();
            assert!(parts[0].start == 0 && parts.windows(2).all(|w| w[0].end == w[1].start));
            assert_eq!(
                parts.last().unwrap().end,
                crate::ring::pack::packed_bytes(n, width).unwrap()
            );
        }
    }
}
