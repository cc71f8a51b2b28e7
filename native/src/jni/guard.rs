//! The wrapper around every native body: errors and panics become `NativeException`, nothing
//! unwinds into the JVM.

use std::any::Any;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

use jni::objects::{JThrowable, JValue};
use jni::JNIEnv;

use crate::error::{Error, Result};

const EXCEPTION: &str = "io/secmoe/jni/NativeException";

/// Runs `body`; on failure leaves a pending `NativeException(code, message)` and returns the
/// default value.
pub fn guard<'a, R: Default>(
    env: &mut JNIEnv<'a>,
    body: impl FnOnce(&mut JNIEnv<'a>) -> Result<R>,
) -> R {
    match catch(|| body(env)) {
        Ok(value) => value,
        Err(error) => {
            // If even this fails, the JVM already has a pending exception (out of memory, class not
            // found): let it stand.
            let _ = throw(env, &error);
            R::default()
        }
    }
}

/// Returns `body`'s result; a panic is an `INTERNAL` error.
pub(crate) fn catch<R>(body: impl FnOnce() -> Result<R>) -> Result<R> {
    static SILENT: Once = Once::new();
    // The library logs nothing; the panic's message travels in the exception. Other libraries have
    // hooks of their own.
    SILENT.call_once(|| {
        if !cfg!(test) {
            panic::set_hook(Box::new(|_| {}));
        }
    });
    panic::catch_unwind(AssertUnwindSafe(body))
        .unwrap_or_else(|payload| Err(Error::internal(describe(payload.as_ref()))))
}

fn describe(payload: &(dyn Any + Send)) -> String {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied());
    format!("panic: {}", text.unwrap_or("no message"))
}

fn throw(env: &mut JNIEnv, error: &Error) -> jni::errors::Result<()> {
    let message = env.new_string(&error.message)?;
    let arguments = [JValue::Int(error.code as i32), JValue::Object(&message)];
    let exception = env.new_object(EXCEPTION, "(ILjava/lang/String;)V", &arguments)?;
    env.throw(JThrowable::from(exception))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn panics_become_internal_errors() {
        let empty: &[u64] = &[];
        let error = catch(|| Ok(empty[empty.len()])).unwrap_err();
        assert_eq!(error.code, Code::Internal);
        assert!(error.message.contains("index out of bounds"), "{error}");
        assert_eq!(catch(|| Ok(7)).unwrap(), 7);
    }

    #[test]
    fn panics_of_pool_threads_are_caught_too() {
        let pool = crate::pool::Pool::new(1).unwrap();
        let error = catch(|| pool.run(|| -> Result<()> { panic!("tile {}", 3) })).unwrap_err();
        assert_eq!(error.code, Code::Internal);
        assert_eq!(error.message, "panic: tile 3");
    }
}
