//! JNI entry points of the section `life`: version, pools, handles.

use jni::objects::JClass;
use jni::sys::{jint, jlong, jstring};
use jni::JNIEnv;

use super::{buffer, guard, handles, Object};
use crate::error::Error;
use crate::pool::Pool;

impl Object for Pool {
    const KIND: &'static str = "pool";
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_version(
    mut env: JNIEnv,
    _class: JClass,
) -> jstring {
    let text = format!("{} (SEAL {})", env!("CARGO_PKG_VERSION"), crate::he::seal_version());
    match env.new_string(text) {
        Ok(text) => text.into_raw(),
        Err(e) => {
            guard(&mut env, || Err::<(), _>(Error::internal(format!("a Java string: {e}"))));
            std::ptr::null_mut()
        }
    }
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_poolNew(
    mut env: JNIEnv,
    _class: JClass,
    threads: jint,
) -> jlong {
    guard(&mut env, || Ok(handles::insert(Pool::new(buffer::count("threads", threads.into())?)?)))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_poolCancel(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
) {
    guard(&mut env, || {
        handles::get::<Pool>(pool)?.cancel();
        Ok(())
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_free(
    mut env: JNIEnv,
    _class: JClass,
    handle: jlong,
) {
    guard(&mut env, || {
        handles::free(handle);
        Ok(())
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_liveHandles(
    mut env: JNIEnv,
    _class: JClass,
) -> jint {
    guard(&mut env, || Ok(handles::live() as jint))
}
