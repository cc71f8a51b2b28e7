//! JNI entry points of the section `ot`. Message buffers that come from the peer are passed on with
//! the length that they have: it is the protocol that refuses them.

use std::sync::{Mutex, MutexGuard};

use jni::objects::JClass;
use jni::sys::{jboolean, jint, jlong};
use jni::JNIEnv;

use super::buffer::{count, slice_u64, slice_u64_mut, slice_u8, slice_u8_mut};
use super::{guard, handles, Object};
use crate::error::{Error, Result};
use crate::ot::group::{Additive, Xor};
use crate::ot::millionaires::Leaves;
use crate::ot::stock::{ReceiverCorrelations, SenderCorrelations};
use crate::ot::{Extension, Receiver, Sender, Side};
use crate::pool::Pool;
use crate::ring::Ring;
use crate::with_ring;

/// One side of an extension. The lock only orders calls: a party uses its side from one thread at a
/// time.
struct Locked<T>(Mutex<T>);

impl<T> Locked<T> {
    fn lock(&self) -> Result<MutexGuard<'_, T>> {
        self.0
            .lock()
            .map_err(|_| Error::internal("an earlier call on this side of the OT extension broke"))
    }
}

impl Object for Locked<Sender> {
    const KIND: &'static str = "sender of OTs";
}

impl Object for Locked<Receiver> {
    const KIND: &'static str = "receiver of OTs";
}

impl Object for SenderCorrelations {
    const KIND: &'static str = "sender's half of correlations";
}

impl Object for ReceiverCorrelations {
    const KIND: &'static str = "receiver's half of correlations";
}

fn extension_of(kind: jint) -> Result<Extension> {
    Extension::of(count("the kind of OT extension", kind.into())?)
}

/// Runs `work` on either party's side.
fn with_side<R>(side: jlong, work: impl FnOnce(&mut dyn Side) -> Result<R>) -> Result<R> {
    match handles::get::<Locked<Sender>>(side) {
        Ok(sender) => work(&mut *sender.lock()?),
        Err(_) => work(&mut *handles::get::<Locked<Receiver>>(side)?.lock()?),
    }
}

/// A whole buffer of bytes, however long: a message.
unsafe fn message<'a>(addr: jlong, bytes: jlong) -> Result<&'a [u8]> {
    slice_u8(addr, bytes, count("the length of a message", bytes)?)
}

unsafe fn message_mut<'a>(addr: jlong, bytes: jlong) -> Result<&'a mut [u8]> {
    slice_u8_mut(addr, bytes, count("the length of a message", bytes)?)
}

fn width_of(width: jint) -> Result<u32> {
    Ok(count("width", width.into())? as u32)
}

fn leaves_of(bits: jint, thresholds: jint, lowest: jboolean) -> Result<Leaves> {
    Leaves::new(width_of(bits)?, count("thresholds", thresholds.into())?, lowest != 0)
}

/// Results of n leaves: one per threshold.
fn results_of(n: jlong, thresholds: jint) -> Result<usize> {
    let results = count("n", n)?.checked_mul(count("thresholds", thresholds.into())?);
    results.ok_or_else(|| {
        Error::bad_argument(format!("{n} leaves of {thresholds} thresholds do not fit into memory"))
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_otSender(
    mut env: JNIEnv,
    _class: JClass,
    kind: jint,
) -> jlong {
    guard(&mut env, || Ok(handles::insert(Locked(Mutex::new(Sender::new(extension_of(kind)?)?)))))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_otReceiver(
    mut env: JNIEnv,
    _class: JClass,
    kind: jint,
) -> jlong {
    guard(&mut env, || Ok(handles::insert(Locked(Mutex::new(Receiver::new(extension_of(kind)?))))))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_otSetupBytes(
    mut env: JNIEnv,
    _class: JClass,
    kind: jint,
    step: jint,
) -> jlong {
    guard(&mut env, || Ok(extension_of(kind)?.setup_bytes(count("step", step.into())?)? as jlong))
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otReceiverHello(
    mut env: JNIEnv,
    _class: JClass,
    receiver: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let receiver = handles::get::<Locked<Receiver>>(receiver)?;
        let mut receiver = receiver.lock()?;
        receiver.hello(message_mut(out_addr, out_bytes)?)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otSenderChoose(
    mut env: JNIEnv,
    _class: JClass,
    sender: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let sender = handles::get::<Locked<Sender>>(sender)?;
        let mut sender = sender.lock()?;
        sender.choose(message(in_addr, in_bytes)?, message_mut(out_addr, out_bytes)?)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otReceiverSeeds(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    receiver: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, receiver) =
            (handles::get::<Pool>(pool)?, handles::get::<Locked<Receiver>>(receiver)?);
        let mut receiver = receiver.lock()?;
        receiver.seeds(&pool, message(in_addr, in_bytes)?, message_mut(out_addr, out_bytes)?)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otSenderSeeds(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    sender: jlong,
    in_addr: jlong,
    in_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, sender) = (handles::get::<Pool>(pool)?, handles::get::<Locked<Sender>>(sender)?);
        let mut sender = sender.lock()?;
        sender.seeds(&pool, message(in_addr, in_bytes)?)
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_otExtendBytes(
    mut env: JNIEnv,
    _class: JClass,
    side: jlong,
    n: jlong,
) -> jlong {
    guard(&mut env, || Ok(with_side(side, |side| side.extend_bytes(count("n", n)?))? as jlong))
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otWriteExtension(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    side: jlong,
    n: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, n, out) =
            (handles::get::<Pool>(pool)?, count("n", n)?, message_mut(out_addr, out_bytes)?);
        with_side(side, |side| side.write_extension(&pool, n, out))
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otReadExtension(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    side: jlong,
    n: jlong,
    in_addr: jlong,
    in_bytes: jlong,
) {
    guard(&mut env, || {
        let (pool, n, input) =
            (handles::get::<Pool>(pool)?, count("n", n)?, message(in_addr, in_bytes)?);
        with_side(side, |side| side.read_extension(&pool, n, input))
    })
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_otAvailable(
    mut env: JNIEnv,
    _class: JClass,
    side: jlong,
) -> jlong {
    guard(&mut env, || Ok(with_side(side, |side| Ok(side.available()))? as jlong))
}

#[no_mangle]
pub extern "system" fn Java_io_secmoe_jni_Native_otTake(
    mut env: JNIEnv,
    _class: JClass,
    side: jlong,
    n: jlong,
) -> jlong {
    guard(&mut env, || {
        let n = count("n", n)?;
        match handles::get::<Locked<Sender>>(side) {
            Ok(sender) => Ok(handles::insert(sender.lock()?.take(n)?)),
            Err(_) => Ok(handles::insert(handles::get::<Locked<Receiver>>(side)?.lock()?.take(n)?)),
        }
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otFlips(
    mut env: JNIEnv,
    _class: JClass,
    correlations: jlong,
    width: jint,
    choices_addr: jlong,
    choices_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let correlations = handles::get::<ReceiverCorrelations>(correlations)?;
        correlations.flips(
            width_of(width)?,
            message(choices_addr, choices_bytes)?,
            message_mut(out_addr, out_bytes)?,
        )
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otRingSend(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    correlations: jlong,
    modulus: jlong,
    n: jlong,
    delta_addr: jlong,
    delta_bytes: jlong,
    flips_addr: jlong,
    flips_bytes: jlong,
    shares_addr: jlong,
    shares_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let correlations = handles::take::<SenderCorrelations>(correlations)?;
        let (pool, n, ring) =
            (handles::get::<Pool>(pool)?, count("n", n)?, Ring::new(modulus as u64)?);
        let (delta, flips) =
            (slice_u64(delta_addr, delta_bytes, n)?, message(flips_addr, flips_bytes)?);
        let (shares, out) =
            (slice_u64_mut(shares_addr, shares_bytes, n)?, message_mut(out_addr, out_bytes)?);
        with_ring!(ring, arithmetic => {
            let group = Additive { ring, arithmetic };
            correlations.send(&pool, group, delta, flips, shares, out)
        })
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otRingReceive(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    correlations: jlong,
    modulus: jlong,
    n: jlong,
    choices_addr: jlong,
    choices_bytes: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    shares_addr: jlong,
    shares_bytes: jlong,
) {
    guard(&mut env, || {
        let correlations = handles::take::<ReceiverCorrelations>(correlations)?;
        let (pool, n, ring) =
            (handles::get::<Pool>(pool)?, count("n", n)?, Ring::new(modulus as u64)?);
        let (choices, input) =
            (slice_u8(choices_addr, choices_bytes, n)?, message(in_addr, in_bytes)?);
        let shares = slice_u64_mut(shares_addr, shares_bytes, n)?;
        with_ring!(ring, arithmetic => {
            let group = Additive { ring, arithmetic };
            correlations.receive(&pool, group, choices, input, shares)
        })
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otDigitSend(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    correlations: jlong,
    width: jint,
    n: jlong,
    delta_addr: jlong,
    delta_bytes: jlong,
    flips_addr: jlong,
    flips_bytes: jlong,
    shares_addr: jlong,
    shares_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let correlations = handles::take::<SenderCorrelations>(correlations)?;
        let (pool, n) = (handles::get::<Pool>(pool)?, count("n", n)?);
        let (delta, flips) =
            (slice_u8(delta_addr, delta_bytes, n)?, message(flips_addr, flips_bytes)?);
        let (shares, out) =
            (slice_u8_mut(shares_addr, shares_bytes, n)?, message_mut(out_addr, out_bytes)?);
        correlations.send(&pool, Xor::new(width_of(width)?)?, delta, flips, shares, out)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otDigitReceive(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    correlations: jlong,
    width: jint,
    n: jlong,
    choices_addr: jlong,
    choices_bytes: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    shares_addr: jlong,
    shares_bytes: jlong,
) {
    guard(&mut env, || {
        let correlations = handles::take::<ReceiverCorrelations>(correlations)?;
        let (pool, n) = (handles::get::<Pool>(pool)?, count("n", n)?);
        let (choices, input) =
            (slice_u8(choices_addr, choices_bytes, n)?, message(in_addr, in_bytes)?);
        correlations.receive(
            &pool,
            Xor::new(width_of(width)?)?,
            choices,
            input,
            slice_u8_mut(shares_addr, shares_bytes, n)?,
        )
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otLeavesSend(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    correlations: jlong,
    bits: jint,
    thresholds: jint,
    lowest: jboolean,
    n: jlong,
    digits_addr: jlong,
    digits_bytes: jlong,
    flips_addr: jlong,
    flips_bytes: jlong,
    shares_addr: jlong,
    shares_bytes: jlong,
    out_addr: jlong,
    out_bytes: jlong,
) {
    guard(&mut env, || {
        let correlations = handles::take::<SenderCorrelations>(correlations)?;
        let (pool, leaves, results) = (
            handles::get::<Pool>(pool)?,
            leaves_of(bits, thresholds, lowest)?,
            results_of(n, thresholds)?,
        );
        let (digits, flips) =
            (slice_u8(digits_addr, digits_bytes, results)?, message(flips_addr, flips_bytes)?);
        let (shares, out) =
            (slice_u8_mut(shares_addr, shares_bytes, results)?, message_mut(out_addr, out_bytes)?);
        correlations.send_leaves(&pool, leaves, digits, flips, shares, out)
    })
}

#[no_mangle]
pub unsafe extern "system" fn Java_io_secmoe_jni_Native_otLeavesReceive(
    mut env: JNIEnv,
    _class: JClass,
    pool: jlong,
    correlations: jlong,
    bits: jint,
    thresholds: jint,
    lowest: jboolean,
    n: jlong,
    choices_addr: jlong,
    choices_bytes: jlong,
    in_addr: jlong,
    in_bytes: jlong,
    shares_addr: jlong,
    shares_bytes: jlong,
) {
    guard(&mut env, || {
        let correlations = handles::take::<ReceiverCorrelations>(correlations)?;
        let (pool, leaves, results) = (
            handles::get::<Pool>(pool)?,
            leaves_of(bits, thresholds, lowest)?,
            results_of(n, thresholds)?,
        );
        let (choices, input) =
            (slice_u8(choices_addr, choices_bytes, count("n", n)?)?, message(in_addr, in_bytes)?);
        correlations.receive_leaves(
            &pool,
            leaves,
            choices,
            input,
            slice_u8_mut(shares_addr, shares_bytes, results)?,
        )
    })
}
