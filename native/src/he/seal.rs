//! SEAL behind the C++ shim, with Rust's types. The only `unsafe` of `he`.

use std::ffi::{c_char, c_int, c_void, CStr};
use std::ptr::{null_mut, NonNull};

use zeroize::Zeroizing;

use super::N;
use crate::error::{Error, Result};

#[repr(C)]
struct ErrorText {
    text: *mut c_char,
    capacity: usize,
}

extern "C" {
    fn secmoe_context_new(
        n: u64,
        bits: *const c_int,
        primes: usize,
        t: u64,
        error: ErrorText,
        out: *mut *mut c_void,
    ) -> c_int;
    fn secmoe_context_free(context: *mut c_void);
    fn secmoe_context_primes(context: *const c_void, out: *mut u64);
    fn secmoe_keys(
        context: *const c_void,
        error: ErrorText,
        secret: *mut u64,
        public: *mut u64,
        relin: *mut u64,
    ) -> c_int;
}

/// Returns the version of the SEAL that the library was built with.
pub fn version() -> &'static str {
    env!("SECMOE_SEAL_VERSION")
}

/// Calls a function of the shim that may fail and returns SEAL's reason.
fn call(f: impl FnOnce(ErrorText) -> c_int) -> std::result::Result<(), String> {
    let mut text = [0 as c_char; 256];
    if f(ErrorText { text: text.as_mut_ptr(), capacity: text.len() }) == 0 {
        return Ok(());
    }
    // SAFETY: the shim ends the text with a zero inside the capacity.
    Err(unsafe { CStr::from_ptr(text.as_ptr()) }.to_string_lossy().into_owned())
}

/// SEAL's context for one chain of `primes` primes, the key-switching prime last.
pub struct Context {
    pointer: NonNull<c_void>,
    primes: usize,
}

// SAFETY: SEAL's contexts and evaluators are immutable after construction and documented as
// shareable between threads.
unsafe impl Send for Context {}
unsafe impl Sync for Context {}

impl Context {
    /// Makes a BGV context with N = 8192. SEAL refuses parameters below 128 bits of security.
    pub fn new(bits: &[i32], t: u64) -> Result<Self> {
        let mut pointer = null_mut();
        // SAFETY: `bits` outlives the call; `pointer` is written on success only.
        call(|error| unsafe {
            secmoe_context_new(N as u64, bits.as_ptr(), bits.len(), t, error, &mut pointer)
        })
        .map_err(|reason| {
            Error::bad_parameters(format!("SEAL refuses {bits:?} with t = {t}: {reason}"))
        })?;
        let pointer =
            NonNull::new(pointer).ok_or_else(|| Error::internal("SEAL returned no context"))?;
        Ok(Context { pointer, primes: bits.len() })
    }

    /// Returns the chain's primes.
    pub fn primes(&self) -> Vec<u64> {
        let mut primes = vec![0; self.primes];
        // SAFETY: the shim writes as many primes as the context was made with.
        unsafe { secmoe_context_primes(self.pointer.as_ptr(), primes.as_mut_ptr()) };
        primes
    }

    /// Returns fresh keys, in NTT form over the whole chain of p primes: secret (p polynomials),
    /// public (2p), relinearisation ((p − 1)·2p).
    pub fn keys(&self) -> Result<RawKeys> {
        let polys = |n: usize| vec![0; n * N];
        let p = self.primes;
        let mut keys = RawKeys {
            secret: Zeroizing::new(polys(p)),
            public: polys(2 * p),
            relin: polys((p - 1) * 2 * p),
        };
        let (secret, public, relin) =
            (keys.secret.as_mut_ptr(), keys.public.as_mut_ptr(), keys.relin.as_mut_ptr());
        // SAFETY: the three arrays have the sizes that the shim documents.
        call(|error| unsafe { secmoe_keys(self.pointer.as_ptr(), error, secret, public, relin) })
            .map_err(|reason| Error::internal(format!("SEAL's key generation: {reason}")))?;
        Ok(keys)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: owned and freed once.
        unsafe { secmoe_context_free(self.pointer.as_ptr()) }
    }
}

/// The result of key generation; see [`Context::keys`].
pub struct RawKeys {
    pub secret: Zeroizing<Vec<u64>>,
    pub public: Vec<u64>,
    pub relin: Vec<u64>,
}
