//! Large pages for memory that is read in random order: with small ones, each read may have to look
//! up a page's address as well.

/// Asks the operating system to back a buffer with large pages, where it can. A buffer that nobody
/// has written to yet gains most.
pub fn prefer_large<T>(buffer: &mut [T]) {
    #[cfg(target_os = "linux")]
    {
        const PAGE: usize = 4096;
        let start = (buffer.as_ptr() as usize).next_multiple_of(PAGE);
        let end = (buffer.as_ptr() as usize + std::mem::size_of_val(buffer)) / PAGE * PAGE;
        if start < end {
            // SAFETY: the pages lie within the buffer, and the advice changes none of their bytes.
            // Kernels that know nothing of it refuse.
            unsafe { libc::madvise(start as *mut libc::c_void, end - start, libc::MADV_HUGEPAGE) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_stay_whatever_the_size() {
        for n in [0, 1, 511, 1 << 20] {
            let mut buffer: Vec<u64> = (0..n).collect();
            prefer_large(&mut buffer);
            assert!(buffer.iter().copied().eq(0..n), "{n} values");
        }
    }
}
