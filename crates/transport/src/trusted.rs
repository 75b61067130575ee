//! Whose word about a client counts.

use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;

/// The addresses of proxies whose word about a client counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TrustedProxies {
    blocks: Vec<Block>,
}

/// Why a list of trusted proxies was not understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustedProxiesError {
    /// It is not an address.
    #[error(
        "`{text}` is not an address: write one such as 10.0.0.1, or a block such as 10.0.0.0/8 or fd00::/8"
    )]
    NotAnAddress {
        /// The entry as it was written.
        text: String,
    },
    /// The number behind the slash is not one that its kind of address can have.
    #[error("`{text}` has no valid length behind the slash: write a number from 0 to {longest}")]
    NotALength {
        /// The entry as it was written.
        text: String,
        /// The greatest length for its kind of address.
        longest: u8,
    },
    /// The address has bits that the length leaves out, so that one of the two is a mistake.
    #[error("`{text}` has bits behind its length: write {block} for the block")]
    BitsBehindLength {
        /// The entry as it was written.
        text: String,
        /// The block that its length means.
        block: String,
    },
}

impl TrustedProxies {
    /// Nobody.
    pub fn none() -> Self {
        Self::default()
    }

    /// Of a list such as `10.0.0.0/8, 127.0.0.1, ::1, fd00::/8`, separated by commas or white space. An IPv4 block also holds
    /// for the IPv6 addresses that stand for its addresses.
    pub fn parse(list: &str) -> Result<Self, TrustedProxiesError> {
        let entries = list.split(|c: char| c == ',' || c.is_whitespace()).filter(|entry| !entry.is_empty());
        Ok(Self { blocks: entries.map(Block::parse).collect::<Result<_, _>>()? })
    }

    /// Whether this is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        if self.blocks.is_empty() {
            return false;
        }
        let bits = bits_of(address);
        self.blocks.iter().any(|block| bits & block.mask == block.bits)
    }

    /// Whether nobody is trusted.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }
}

impl FromStr for TrustedProxies {
    type Err = TrustedProxiesError;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        Self::parse(list)
    }
}

/// A block of addresses in the space of IPv6, where IPv4 is `::ffff:0:0/96`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Block {
    bits: u128,
    mask: u128,
}

impl Block {
    fn parse(text: &str) -> Result<Self, TrustedProxiesError> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length)),
            None => (text, None),
        };
        let Ok(address) = address.parse::<IpAddr>() else {
            return Err(TrustedProxiesError::NotAnAddress { text: text.to_owned() });
        };
        let longest: u8 = if address.is_ipv4() { 32 } else { 128 };
        let length = match length {
            None => longest,
            Some(digits) => length_from(digits)
                .filter(|length| *length <= longest)
                .ok_or_else(|| TrustedProxiesError::NotALength { text: text.to_owned(), longest })?,
        };
        let bits = bits_of(address);
        let mask = mask_of(128 - u32::from(longest - length));
        if bits & !mask != 0 {
            let first = Ipv6Addr::from_bits(bits & mask);
            let first = if address.is_ipv4() { first.to_canonical() } else { IpAddr::V6(first) };
            let block = format!("{first}/{length}");
            return Err(TrustedProxiesError::BitsBehindLength { text: text.to_owned(), block });
        }
        Ok(Self { bits, mask })
    }
}

fn length_from(digits: &str) -> Option<u8> {
    let only_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if only_digits { digits.parse().ok() } else { None }
}

fn mask_of(length: u32) -> u128 {
    u128::MAX.checked_shl(128 - length).unwrap_or(0)
}

fn bits_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => v4.to_ipv6_mapped().to_bits(),
        IpAddr::V6(v6) => v6.to_bits(),
    }
}
