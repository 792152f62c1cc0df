//! Ranges of addresses such as `10.2.0.0/16`: read, checked, written in one form.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// A range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AddressRange {
    address: u128,
    bits: u32,
    is_v4: bool,
}

impl AddressRange {
    /// Reads `address/bits`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        if bits.is_empty() || !bits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let bits: u32 = bits.parse().ok()?;
        let (address, is_v4) = match address.parse::<IpAddr>().ok()? {
            IpAddr::V4(address) => (u128::from(u32::from(address)), true),
            IpAddr::V6(address) => (u128::from(address), false),
        };
        let range = Self { address, bits, is_v4 };
        (bits <= range.width()).then_some(range)
    }

    fn width(self) -> u32 {
        if self.is_v4 { 32 } else { 128 }
    }

    fn mask(bits: u32, width: u32) -> u128 {
        let all = u128::MAX >> (128 - width);
        // Shifting by the whole width would be no shift at all.
        all.checked_shl(width.saturating_sub(bits)).map_or(0, |mask| mask & all)
    }

    /// The range that begins at its first address, as the cluster reads it.
    pub(crate) fn canonical(self) -> Self {
        Self { address: self.address & Self::mask(self.bits, self.width()), ..self }
    }

    /// True when one holds addresses of the other.
    pub(crate) fn overlaps(self, other: Self) -> bool {
        let bits = self.bits.min(other.bits);
        let mask = Self::mask(bits, self.width());
        self.is_v4 == other.is_v4 && self.address & mask == other.address & mask
    }

    /// True when it holds more addresses than a range of so many bits.
    pub(crate) fn is_wider_than(self, v4_bits: u32, v6_bits: u32) -> bool {
        self.bits < if self.is_v4 { v4_bits } else { v6_bits }
    }
}

impl std::fmt::Display for AddressRange {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let address = match u32::try_from(self.address) {
            Ok(address) if self.is_v4 => IpAddr::V4(Ipv4Addr::from(address)),
            _ => IpAddr::V6(Ipv6Addr::from(self.address)),
        };
        write!(formatter, "{address}/{}", self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::AddressRange;

    fn range(text: &str) -> AddressRange {
        AddressRange::parse(text).unwrap()
    }

    #[test]
    fn what_is_no_range_is_not_read() {
        for text in ["", "10.0.0.0", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/-1", "10.0.0.0/+8", "idp-prod/8"] {
            assert_eq!(AddressRange::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_range_begins_at_its_first_address() {
        for (given, first) in [
            ("10.2.3.4/16", "10.2.0.0/16"),
            ("10.2.3.4/32", "10.2.3.4/32"),
            ("255.1.2.3/0", "0.0.0.0/0"),
            ("2001:db8::1/32", "2001:db8::/32"),
            ("ffff::/0", "::/0"),
        ] {
            assert_eq!(range(given).canonical().to_string(), first);
        }
    }

    #[test]
    fn ranges_overlap_when_one_holds_addresses_of_the_other() {
        assert!(range("169.0.0.0/8").overlaps(range("169.254.0.0/16")));
        assert!(range("169.254.169.254/32").overlaps(range("169.254.0.0/16")));
        assert!(!range("10.0.0.0/8").overlaps(range("169.254.0.0/16")));
        assert!(!range("::/0").overlaps(range("10.0.0.0/8")));
    }
}
