//! Transposition of bit matrices of 128 columns, by 128 × 128 squares: seven rounds of swapping
//! ever smaller quarters.
//!
//! The rounds are plain loops over words, compiled once for the baseline (SSE2) and once for AVX2.

use crate::ot::Block;

/// `columns`: 128 columns of `width` blocks each, bit i of block r being row 128·r + i. `rows`:
/// 128·width blocks, bit c being column c.
pub fn transpose(columns: &[Block], width: usize, rows: &mut [Block]) {
    assert!(columns.len() == 128 * width && rows.len() == 128 * width);
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the feature was just detected.
        unsafe { transpose_avx2(columns, width, rows) };
        return;
    }
    squares(columns, width, rows);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
unsafe fn transpose_avx2(columns: &[Block], width: usize, rows: &mut [Block]) {
    squares(columns, width, rows);
}

#[inline(always)]
fn squares(columns: &[Block], width: usize, rows: &mut [Block]) {
    for (r, rows) in rows.chunks_exact_mut(128).enumerate() {
        for (c, row) in rows.iter_mut().enumerate() {
            *row = columns[c * width + r];
        }
        square(rows.try_into().unwrap());
    }
}

/// Transposes in place.
#[inline(always)]
fn square(rows: &mut [Block; 128]) {
    // Quarters of 64 bits swap whole words.
    let (upper, lower) = rows.split_at_mut(64);
    for (a, b) in upper.iter_mut().zip(lower) {
        let (x, y) = (*a, *b);
        *a = x as u64 as Block | y << 64;
        *b = x >> 64 | y >> 64 << 64;
    }
    // Smaller ones stay within words.
    let words: &mut [u64; 256] = bytemuck::cast_mut(rows);
    swap_quarters::<32>(words);
    swap_quarters::<16>(words);
    swap_quarters::<8>(words);
    swap_quarters::<4>(words);
    swap_quarters::<2>(words);
    swap_quarters::<1>(words);
}

/// Swaps the upper right with the lower left quarter in every square of 2S × 2S bits.
#[inline(always)]
fn swap_quarters<const S: usize>(words: &mut [u64; 256]) {
    // The lower S bits of every 2S.
    let low = u64::MAX / ((1 << S) + 1);
    for rows in words.chunks_exact_mut(4 * S) {
        let (upper, lower) = rows.split_at_mut(2 * S);
        for (a, b) in upper.iter_mut().zip(lower) {
            let difference = (*a >> S ^ *b) & low;
            *a ^= difference << S;
            *b ^= difference;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ot::testing::random_block;

    #[test]
    fn rows_are_columns() {
        for width in [1, 8, 24] {
            let columns: Vec<Block> = (0..128 * width).map(|_| random_block()).collect();
            let (mut rows, mut portable) = (vec![0; 128 * width], vec![0; 128 * width]);
            transpose(&columns, width, &mut rows);
            squares(&columns, width, &mut portable);
            assert_eq!(rows, portable);
            for (row, bits) in rows.iter().enumerate() {
                for c in 0..128 {
                    assert_eq!(
                        bits >> c & 1,
                        columns[c * width + row / 128] >> (row % 128) & 1,
                        "row {row} column {c}"
                    );
                }
            }
        }
    }
}
