//! JNI entry points of the section `life`: version, pools, handles.

use jni::objects::JClass;
use jni::sys::{jint, jlong, jstring};
use jni::JNIEnv;

use super::argument::{Id, Int, Raw};
use super::{guard, handles, Object};
use crate::error::Error;
use crate::native;
use crate::pool::Pool;

impl Object for Pool {
    const KIND: &'static str = "pool";
}

#[no_mangle]
extern "system" fn Java_io_secmoe_jni_Native_version(mut env: JNIEnv, _class: JClass) -> jstring {
    let text = format!("{} (SEAL {})", env!("CARGO_PKG_VERSION"), crate::he::seal_version());
    match env.new_string(text) {
        Ok(text) => text.into_raw(),
        Err(e) => {
            guard(&mut env, |_| Err::<(), _>(Error::internal(format!("a Java string: {e}"))));
            std::ptr::null_mut()
        }
    }
}

native! {
    fn poolNew(threads: Int) -> jlong {
        Ok(handles::insert(Pool::new(threads)?))
    }

    fn poolCancel(pool: Id<Pool>) {
        pool.cancel();
        Ok(())
    }

    fn free(handle: Raw) {
        handles::free(handle);
        Ok(())
    }

    fn liveHandles() -> jint {
        Ok(handles::live() as jint)
    }
}
