//! JNI entry points of the section `tokenizer`.

use jni::objects::JClass;
use jni::sys::{jint, jlong};
use jni::JNIEnv;

use super::buffer::{count, slice_u32_mut, slice_u8};
use super::{guard, handles, Object};
use crate::error::{Error, Result};
use crate::tokenizer::Tokenizer;

impl Object for Tokenizer {
    const KIND: &'static str = "tokenizer";
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_tokenizerNew(
    mut env: JNIEnv,
    _class: JClass,
    json_addr: jlong,
    json_bytes: jlong,
) -> jlong {
    guard(&mut env, || {
        let json = slice_u8(json_addr, json_bytes, count("jsonBytes", json_bytes)?)?;
        Ok(handles::insert(Tokenizer::from_json(json)?))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_tokenizerEncode(
    mut env: JNIEnv,
    _class: JClass,
    tokenizer: jlong,
    text_addr: jlong,
    text_bytes: jlong,
    ids_addr: jlong,
    ids_bytes: jlong,
) -> jint {
    guard(&mut env, || {
        let tokenizer = handles::get::<Tokenizer>(tokenizer)?;
        let text = slice_u8(text_addr, text_bytes, count("textBytes", text_bytes)?)?;
        let out = slice_u32_mut(ids_addr, ids_bytes, count("idsBytes", ids_bytes)? / 4)?;
        let ids = tokenizer.encode(text)?;
        let fit = ids.len().min(out.len());
        out[..fit].copy_from_slice(&ids[..fit]);
        length(ids.len())
    })
}

fn length(ids: usize) -> Result<jint> {
    jint::try_from(ids)
        .map_err(|_| Error::malformed("a text has more ids than an array has room for"))
}
