//! JNI entry points of the section `ot`. Messages of the peer are passed on with the length that
//! they have: the protocol refuses wrong ones.

use std::sync::{Mutex, MutexGuard};

use jni::sys::jlong;

use super::argument::{
    times, Argument, Id, Int, Long, Modulus, NativeBuffer, NativeLeaves, Raw, UsedUp,
};
use super::{handles, Object};
use crate::error::{Error, Result};
use crate::native;
use crate::ot::group::{Additive, Xor};
use crate::ot::stock::{ReceiverCorrelations, SenderCorrelations};
use crate::ot::{Extension, Receiver, Sender, Side};
use crate::pool::Pool;
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

/// The code of a kind of OT extension.
struct Kind;

impl Argument for Kind {
    type Java<'a> = jni::sys::jint;
    type Value = Extension;

    fn read(env: &mut jni::JNIEnv, name: &str, java: jni::sys::jint) -> Result<Extension> {
        Extension::of(Int::read(env, name, java)?)
    }
}

/// Runs `work` on either party's side.
fn with_side<R>(side: jlong, work: impl FnOnce(&mut dyn Side) -> Result<R>) -> Result<R> {
    match handles::get::<Locked<Sender>>(side) {
        Ok(sender) => work(&mut *sender.lock()?),
        Err(_) => work(&mut *handles::get::<Locked<Receiver>>(side)?.lock()?),
    }
}

native! {
    fn otSender(kind: Kind) -> jlong {
        Ok(handles::insert(Locked(Mutex::new(Sender::new(kind)?))))
    }

    fn otReceiver(kind: Kind) -> jlong {
        Ok(handles::insert(Locked(Mutex::new(Receiver::new(kind)))))
    }

    fn otSetupBytes(kind: Kind, step: Int) -> jlong {
        Ok(kind.setup_bytes(step)? as jlong)
    }

    fn otReceiverHello(receiver: Id<Locked<Receiver>>, out: NativeBuffer) {
        let mut receiver = receiver.lock()?;
        receiver.hello(out.message_mut()?)
    }

    fn otSenderChoose(sender: Id<Locked<Sender>>, input: NativeBuffer, out: NativeBuffer) {
        let mut sender = sender.lock()?;
        sender.choose(input.message()?, out.message_mut()?)
    }

    fn otReceiverSeeds(
        pool: Id<Pool>, receiver: Id<Locked<Receiver>>, input: NativeBuffer, out: NativeBuffer,
    ) {
        let mut receiver = receiver.lock()?;
        receiver.seeds(&pool, input.message()?, out.message_mut()?)
    }

    fn otSenderSeeds(pool: Id<Pool>, sender: Id<Locked<Sender>>, input: NativeBuffer) {
        let mut sender = sender.lock()?;
        sender.seeds(&pool, input.message()?)
    }

    fn otExtendBytes(side: Raw, n: Long) -> jlong {
        Ok(with_side(side, |side| side.extend_bytes(n))? as jlong)
    }

    fn otWriteExtension(pool: Id<Pool>, side: Raw, n: Long, out: NativeBuffer) {
        let out = out.message_mut()?;
        with_side(side, |side| side.write_extension(&pool, n, out))
    }

    fn otReadExtension(pool: Id<Pool>, side: Raw, n: Long, input: NativeBuffer) {
        let input = input.message()?;
        with_side(side, |side| side.read_extension(&pool, n, input))
    }

    fn otAvailable(side: Raw) -> jlong {
        Ok(with_side(side, |side| Ok(side.available()))? as jlong)
    }

    fn otTake(side: Raw, n: Long) -> jlong {
        match handles::get::<Locked<Sender>>(side) {
            Ok(sender) => Ok(handles::insert(sender.lock()?.take(n)?)),
            Err(_) => Ok(handles::insert(handles::get::<Locked<Receiver>>(side)?.lock()?.take(n)?)),
        }
    }

    fn otFlips(
        correlations: Id<ReceiverCorrelations>, width: Int,
        choices: NativeBuffer, out: NativeBuffer,
    ) {
        correlations.flips(width as u32, choices.message()?, out.message_mut()?)
    }

    fn otRingSend(
        pool: Id<Pool>, correlations: UsedUp<SenderCorrelations>, modulus: Modulus, n: Long,
        delta: NativeBuffer, flips: NativeBuffer, shares: NativeBuffer, out: NativeBuffer,
    ) {
        let (delta, flips) = (delta.slice(n)?, flips.message()?);
        let (shares, out) = (shares.slice_mut(n)?, out.message_mut()?);
        with_ring!(modulus, arithmetic => {
            let group = Additive { ring: modulus, arithmetic };
            correlations.send(&pool, group, delta, flips, shares, out)
        })
    }

    fn otRingReceive(
        pool: Id<Pool>, correlations: UsedUp<ReceiverCorrelations>, modulus: Modulus, n: Long,
        choices: NativeBuffer, input: NativeBuffer, shares: NativeBuffer,
    ) {
        let (choices, input) = (choices.slice(n)?, input.message()?);
        let shares = shares.slice_mut(n)?;
        with_ring!(modulus, arithmetic => {
            let group = Additive { ring: modulus, arithmetic };
            correlations.receive(&pool, group, choices, input, shares)
        })
    }

    fn otDigitSend(
        pool: Id<Pool>, correlations: UsedUp<SenderCorrelations>, width: Int, n: Long,
        delta: NativeBuffer, flips: NativeBuffer, shares: NativeBuffer, out: NativeBuffer,
    ) {
        let (delta, flips) = (delta.slice(n)?, flips.message()?);
        let (shares, out) = (shares.slice_mut(n)?, out.message_mut()?);
        correlations.send(&pool, Xor::new(width as u32)?, delta, flips, shares, out)
    }

    fn otDigitReceive(
        pool: Id<Pool>, correlations: UsedUp<ReceiverCorrelations>, width: Int, n: Long,
        choices: NativeBuffer, input: NativeBuffer, shares: NativeBuffer,
    ) {
        let (choices, input) = (choices.slice(n)?, input.message()?);
        let group = Xor::new(width as u32)?;
        correlations.receive(&pool, group, choices, input, shares.slice_mut(n)?)
    }

    fn otLeavesSend(
        pool: Id<Pool>, correlations: UsedUp<SenderCorrelations>, leaves: NativeLeaves, n: Long,
        digits: NativeBuffer, flips: NativeBuffer, shares: NativeBuffer, out: NativeBuffer,
    ) {
        let results = times(n, leaves.thresholds())?;
        let (digits, flips) = (digits.slice(results)?, flips.message()?);
        let (shares, out) = (shares.slice_mut(results)?, out.message_mut()?);
        correlations.send_leaves(&pool, leaves, digits, flips, shares, out)
    }

    fn otLeavesReceive(
        pool: Id<Pool>, correlations: UsedUp<ReceiverCorrelations>, leaves: NativeLeaves, n: Long,
        choices: NativeBuffer, input: NativeBuffer, shares: NativeBuffer,
    ) {
        let (choices, input) = (choices.slice(n)?, input.message()?);
        let shares = shares.slice_mut(times(n, leaves.thresholds())?)?;
        correlations.receive_leaves(&pool, leaves, choices, input, shares)
    }
}
