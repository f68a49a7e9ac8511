//! The bytes of an answer before ureq reads them, for the fuzz targets.

use ureq::unversioned::transport::{Buffers, LazyBuffers};

use super::chunk_sizes::ChunkSizes;
use super::interim::Interim;

/// What ureq sees if the bytes arrive in `parts` and nobody reads them: interim answers are removed, and sizes of chunks above
/// `largest` are replaced.
pub fn received(parts: &[&[u8]], largest: u64) -> Vec<u8> {
    let mut buffers = LazyBuffers::new(parts.iter().map(|part| part.len()).sum::<usize>() + 1, 1);
    let (mut interim, mut sizes) = (Interim::default(), ChunkSizes::default());
    for part in parts {
        buffers.input_append_buf()[..part.len()].copy_from_slice(part);
        buffers.input_appended(part.len());
        let before = buffers.input().len();
        interim.pass_over(&mut buffers);
        if interim.is_over() {
            sizes.follow(&mut buffers, part.len().min(before), largest);
        }
    }
    buffers.input().to_vec()
}
