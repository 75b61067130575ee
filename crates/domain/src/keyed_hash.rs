//! Hashes that reveal nothing about their input without the key.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::stack_version::hex;

/// 64 hexadecimal digits over `parts`. Each part is length-prefixed, so two different lists never have the same input.
pub(crate) fn keyed_hash<'a>(key: &[u8; 32], parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    // HMAC pads a short key with zeros to the block size; doing it here avoids a fallible constructor.
    let mut block = [0; 64];
    block[..key.len()].copy_from_slice(key);
    let mut mac = Hmac::<Sha256>::new(&block.into());
    for part in parts {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    hex(&mac.finalize().into_bytes())
}
