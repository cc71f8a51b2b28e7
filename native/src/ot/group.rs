//! The groups in which shares of a correlated OT add up: Z_M and bits under XOR.

use zeroize::Zeroize;

use super::Block;
use crate::error::{Error, Result};
use crate::ring::zm::Arithmetic;
use crate::ring::{digit_pack, digits, pack, Ring};

/// A finite abelian group with a wire format of `width` bits per element.
pub trait Group: Copy + Send + Sync {
    type Element: Copy + Default + Send + Sync + Zeroize;

    fn width(self) -> u32;
    /// Returns a pad as an element, (nearly) uniform.
    fn pad(self, pad: Block) -> Self::Element;
    fn add(self, a: Self::Element, b: Self::Element) -> Self::Element;
    fn neg(self, a: Self::Element) -> Self::Element;
    /// Returns bit·a, without a branch.
    fn select(self, bit: u8, a: Self::Element) -> Self::Element;
    /// `BAD_ARGUMENT` unless all elements are canonical.
    fn check(self, x: &[Self::Element]) -> Result<()>;
    fn pack(self, x: &[Self::Element], out: &mut [u8]) -> Result<()>;
    fn unpack(self, packed: &[u8], out: &mut [Self::Element]) -> Result<()>;
}

/// Z_M: 2^k takes the pad's low bits, other moduli reduce all 128.
#[derive(Clone, Copy)]
pub struct Additive<A> {
    pub ring: Ring,
    pub arithmetic: A,
}

/// Digits of `width` ≤ 8 bits under XOR.
#[derive(Clone, Copy)]
pub struct Xor {
    width: u32,
}

impl Xor {
    pub fn new(width: u32) -> Result<Self> {
        if !(1..=8).contains(&width) {
            return Err(Error::bad_argument(format!("digits have 1 to 8 bits, not {width}")));
        }
        Ok(Xor { width })
    }
}

impl<A: Arithmetic> Group for Additive<A> {
    type Element = u64;

    fn width(self) -> u32 {
        self.ring.bits()
    }

    #[inline(always)]
    fn pad(self, pad: Block) -> u64 {
        self.arithmetic.of_pad(pad)
    }

    #[inline(always)]
    fn add(self, a: u64, b: u64) -> u64 {
        self.arithmetic.add(a, b)
    }

    #[inline(always)]
    fn neg(self, a: u64) -> u64 {
        self.arithmetic.neg(a)
    }

    #[inline(always)]
    fn select(self, bit: u8, a: u64) -> u64 {
        a & (bit as u64).wrapping_neg()
    }

    fn check(self, x: &[u64]) -> Result<()> {
        if x.iter().fold(false, |bad, &x| bad | (x > self.ring.largest())) {
            return Err(Error::bad_argument("an element is not below its modulus"));
        }
        Ok(())
    }

    fn pack(self, x: &[u64], out: &mut [u8]) -> Result<()> {
        pack::pack(self.ring, x, out)
    }

    fn unpack(self, packed: &[u8], out: &mut [u64]) -> Result<()> {
        pack::unpack(self.ring, packed, out)
    }
}

impl Group for Xor {
    type Element = u8;

    fn width(self) -> u32 {
        self.width
    }

    #[inline(always)]
    fn pad(self, pad: Block) -> u8 {
        pad as u8 & (u8::MAX >> (8 - self.width))
    }

    #[inline(always)]
    fn add(self, a: u8, b: u8) -> u8 {
        a ^ b
    }

    #[inline(always)]
    fn neg(self, a: u8) -> u8 {
        a
    }

    #[inline(always)]
    fn select(self, bit: u8, a: u8) -> u8 {
        a & bit.wrapping_neg()
    }

    fn check(self, x: &[u8]) -> Result<()> {
        if !digits::all_below(self.width, x) {
            return Err(Error::bad_argument(format!(
                "a digit does not fit into {} bits",
                self.width
            )));
        }
        Ok(())
    }

    fn pack(self, x: &[u8], out: &mut [u8]) -> Result<()> {
        digit_pack::pack(self.width, x, out)
    }

    fn unpack(self, packed: &[u8], out: &mut [u8]) -> Result<()> {
        digit_pack::unpack(self.width, packed, out)
    }
}
