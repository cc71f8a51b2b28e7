//! JNI entry points of the section `tokenizer`.

use jni::sys::{jint, jlong};

use super::argument::{Id, NativeBuffer};
use super::{handles, Object};
use crate::error::{Error, Result};
use crate::native;
use crate::tokenizer::Tokenizer;

impl Object for Tokenizer {
    const KIND: &'static str = "tokenizer";
}

native! {
    fn tokenizerNew(json: NativeBuffer) -> jlong {
        Ok(handles::insert(Tokenizer::from_json(json.message()?)?))
    }

    fn tokenizerEncode(tokenizer: Id<Tokenizer>, text: NativeBuffer, ids: NativeBuffer) -> jint {
        let out = ids.slice_mut(ids.elements::<u32>()?)?;
        let ids = tokenizer.encode(text.message()?)?;
        let fit = ids.len().min(out.len());
        out[..fit].copy_from_slice(&ids[..fit]);
        length(ids.len())
    }
}

fn length(ids: usize) -> Result<jint> {
    jint::try_from(ids)
        .map_err(|_| Error::malformed("a text has more ids than an array has room for"))
}
