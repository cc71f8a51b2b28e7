//! 128 random base OTs on ristretto255, semi-honest, in two messages.
//!
//! The base sender draws a and says A = a·G (*hello*); for every choice bit b_i the base receiver
//! draws r_i and says B_i = r_i·G + b_i·A (*choose*). Keys: H(i, A, B_i, a·B_i) and H(i, A, B_i,
//! a·(B_i − A)) for the sender, H(i, A, B_i, r_i·A) for the receiver, who thus knows the key number
//! b_i. B_i is uniform whatever b_i is; the other key is a Diffie-Hellman value.
//!
//! Source: T. Chou, C. Orlandi, "The Simplest Protocol for Oblivious Transfer", LATINCRYPT 2015.

use curve25519_dalek::constants::RISTRETTO_BASEPOINT_TABLE;
use curve25519_dalek::ristretto::{CompressedRistretto, RistrettoPoint};
use curve25519_dalek::scalar::Scalar;
use curve25519_dalek::traits::IsIdentity;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use super::Block;
use crate::error::{Error, Result};

/// Number of base OTs: the bits of Δ.
pub const COUNT: usize = 128;

const POINT: usize = 32;

/// One point.
pub const HELLO_BYTES: usize = POINT;

/// One point per base OT.
pub const CHOOSE_BYTES: usize = COUNT * POINT;

/// The base sender between its hello and the choices; the scalar is wiped on drop.
pub struct BaseSender {
    secret: Zeroizing<Scalar>,
    hello: [u8; POINT],
}

impl BaseSender {
    /// Draws a from the operating system.
    pub fn new() -> Result<Self> {
        let secret = random_scalar()?;
        let hello = (RISTRETTO_BASEPOINT_TABLE * &*secret).compress().to_bytes();
        Ok(BaseSender { secret, hello })
    }

    pub fn hello(&self) -> &[u8; HELLO_BYTES] {
        &self.hello
    }

    /// Returns both keys of every base OT from the receiver's choose message; `MALFORMED_MESSAGE`
    /// for what is not a point.
    pub fn keys(self, choose: &[u8]) -> Result<Zeroizing<Vec<[Block; 2]>>> {
        if choose.len() != CHOOSE_BYTES {
            return Err(Error::malformed(format!(
                "choices of {} bytes, not {CHOOSE_BYTES}",
                choose.len()
            )));
        }
        let shift = RISTRETTO_BASEPOINT_TABLE * &(*self.secret * *self.secret);
        let mut keys = Zeroizing::new(Vec::with_capacity(COUNT));
        for (i, bytes) in choose.chunks_exact(POINT).enumerate() {
            // a·(B − A) = a·B − a²·G
            let first = *self.secret * point(bytes)?;
            keys.push([first, first - shift].map(|shared| key(i, &self.hello, bytes, shared)));
        }
        Ok(keys)
    }
}

/// Returns the base receiver's choose message and keys for choice bits b_0, b_1, … (bit i of
/// `choices`).
pub fn choose(choices: Block, hello: &[u8], message: &mut [u8]) -> Result<Zeroizing<Vec<Block>>> {
    let a = point(hello)?;
    let hello: &[u8; POINT] =
        hello.try_into().map_err(|_| Error::malformed("hello is not one point"))?;
    if message.len() != CHOOSE_BYTES {
        return Err(Error::bad_argument(format!(
            "room of {} bytes for choices, not {CHOOSE_BYTES}",
            message.len()
        )));
    }
    let mut keys = Zeroizing::new(Vec::with_capacity(COUNT));
    for (i, bytes) in message.chunks_exact_mut(POINT).enumerate() {
        let r = random_scalar()?;
        // A multiplication rather than a branch: the time must not tell the choice.
        let choice = Zeroizing::new(Scalar::from((choices >> i) as u64 & 1));
        let b = RISTRETTO_BASEPOINT_TABLE * &*r + *choice * a;
        bytes.copy_from_slice(b.compress().as_bytes());
        keys.push(key(i, hello, bytes, *r * a));
    }
    Ok(keys)
}

fn random_scalar() -> Result<Zeroizing<Scalar>> {
    let mut wide = [0; 64];
    getrandom::getrandom(&mut wide)?;
    let scalar = Zeroizing::new(Scalar::from_bytes_mod_order_wide(&wide));
    wide.zeroize();
    Ok(scalar)
}

fn point(bytes: &[u8]) -> Result<RistrettoPoint> {
    CompressedRistretto::from_slice(bytes)
        .ok()
        .and_then(|compressed| compressed.decompress())
        .filter(|point| !point.is_identity())
        .ok_or_else(|| {
            Error::malformed("a base OT holds bytes that are not a point other than zero")
        })
}

/// The key of base OT number i, bound to its transcript.
fn key(i: usize, hello: &[u8; POINT], choice: &[u8], mut shared: RistrettoPoint) -> Block {
    let mut hash = Sha256::new();
    hash.update(b"SecMoE base OT\0");
    hash.update((i as u32).to_le_bytes());
    hash.update(hello);
    hash.update(choice);
    hash.update(shared.compress().as_bytes());
    shared.zeroize();
    let digest: [u8; 32] = hash.finalize().into();
    Block::from_le_bytes(digest[..16].try_into().unwrap())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Code;

    #[test]
    fn the_receiver_knows_exactly_the_chosen_keys() {
        for choices in [0, Block::MAX, 0x0123_4567_89AB_CDEF_FEDC_BA98_7654_3210] {
            let sender = BaseSender::new().unwrap();
            let mut message = [0; CHOOSE_BYTES];
            let chosen = choose(choices, sender.hello(), &mut message).unwrap();
            let keys = sender.keys(&message).unwrap();
            for i in 0..COUNT {
                let b = (choices >> i & 1) as usize;
                assert_eq!(keys[i][b], chosen[i]);
                assert_ne!(keys[i][1 - b], chosen[i]);
            }
        }
    }

    #[test]
    fn messages_do_not_repeat() {
        let (a, b) = (BaseSender::new().unwrap(), BaseSender::new().unwrap());
        assert_ne!(a.hello(), b.hello());
        let (mut first, mut second) = ([0; CHOOSE_BYTES], [0; CHOOSE_BYTES]);
        choose(5, a.hello(), &mut first).unwrap();
        choose(5, a.hello(), &mut second).unwrap();
        assert!(first.chunks(POINT).zip(second.chunks(POINT)).all(|(x, y)| x != y));
    }

    #[test]
    fn what_is_not_a_point_is_refused() {
        let sender = BaseSender::new().unwrap();
        let mut message = [0; CHOOSE_BYTES];
        for hello in [&[0xFF; 32][..], &[0; 32], &[0; 31], &[0; 33]] {
            assert_eq!(choose(0, hello, &mut message).unwrap_err().code, Code::MalformedMessage);
        }
        choose(0, sender.hello(), &mut message).unwrap();
        message[CHOOSE_BYTES - 1] |= 0x80;
        assert_eq!(sender.keys(&message).unwrap_err().code, Code::MalformedMessage);
        assert_eq!(
            BaseSender::new().unwrap().keys(&message[1..]).unwrap_err().code,
            Code::MalformedMessage
        );
    }
}
