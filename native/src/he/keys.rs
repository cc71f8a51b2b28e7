//! Keys of one attempt: made by the client, of which the server gets the public and the
//! relinearisation key.

use std::sync::Arc;

use zeroize::Zeroizing;

use super::{codec, Params, N};
use crate::error::{Error, Result};
use crate::modulus::Modulus;

/// The client's keys: the secret key, and the encoded public ones to be sent.
pub struct ClientKeys {
    pub(super) params: Arc<Params>,
    /// The secret polynomial modulo every data prime, NTT form.
    pub(super) secret: Zeroizing<Vec<u64>>,
    public: Vec<u8>,
}

impl ClientKeys {
    /// Draws fresh keys with SEAL's generator.
    pub fn new(params: Arc<Params>) -> Result<Self> {
        let mut raw = params.context.keys()?;
        let (data, chain) = (params.data.len(), params.chain.len());
        let mut public = vec![0; params.public_key_bytes()];
        let mut rest = &mut public[..];
        for component in raw.public.chunks_exact(chain * N) {
            rest = codec::write(&component[..data * N], &params.data, rest);
        }
        for component in raw.relin.chunks_exact(chain * N) {
            rest = codec::write(component, &params.chain, rest);
        }
        assert!(rest.is_empty());
        let secret = Zeroizing::new(raw.secret[..data * N].to_vec());
        raw.secret.fill(0);
        Ok(ClientKeys { params, secret, public })
    }

    /// Returns the public and relinearisation keys, bit-packed; [`Params::public_key_bytes`] long.
    pub fn public(&self) -> &[u8] {
        &self.public
    }

    pub fn params(&self) -> &Arc<Params> {
        &self.params
    }
}

/// The client's public keys, as the server holds them.
pub struct ServerKeys {
    pub(super) params: Arc<Params>,
    /// Two components modulo every data prime, NTT form.
    pub(super) public: Vec<u64>,
    /// One key for each data prime: two components modulo every prime of the chain, NTT form.
    pub(super) relin: Vec<u64>,
}

impl ServerKeys {
    /// Parses [`ClientKeys::public`]; `MALFORMED_MESSAGE` for a wrong length or a residue that is
    /// not below its prime.
    pub fn parse(params: Arc<Params>, bytes: &[u8]) -> Result<Self> {
        if bytes.len() != params.public_key_bytes() {
            let needed = params.public_key_bytes();
            return Err(Error::malformed(format!(
                "public keys of {} bytes instead of {needed}",
                bytes.len()
            )));
        }
        let (data, chain) = (params.data.len(), params.chain.len());
        let (public, rest) = read_components(bytes, &params.data, 2)?;
        let (relin, _) = read_components(rest, &params.chain, 2 * data)?;
        debug_assert_eq!(relin.len(), 2 * data * chain * N);
        Ok(ServerKeys { params, public, relin })
    }

    pub fn params(&self) -> &Arc<Params> {
        &self.params
    }
}

fn read_components<'a>(
    mut bytes: &'a [u8],
    moduli: &[Modulus],
    count: usize,
) -> Result<(Vec<u64>, &'a [u8])> {
    let mut residues = vec![0; count * moduli.len() * N];
    for component in residues.chunks_exact_mut(moduli.len() * N) {
        bytes = codec::read(bytes, moduli, component)?;
    }
    Ok((residues, bytes))
}
