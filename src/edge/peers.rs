//! Who is at the other end: the connection's address, or what a trusted proxy says.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    str::FromStr,
};

/// Networks whose `X-Forwarded-For` is believed. From anybody else the header is what a stranger says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Network>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: IpAddr,
    bits: u8,
}

impl FromStr for Network {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong = || format!("“{text}” is no address or network; write 10.1.2.3 or 10.1.0.0/16");
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address = address.parse::<IpAddr>().map_err(|_| wrong())?.to_canonical();
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse::<u8>().map_err(|_| wrong()))?;
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

/// The first `bits` of an address; addresses of the two kinds never look alike.
fn masked(address: IpAddr, bits: u8) -> IpAddr {
    match address {
        IpAddr::V4(v4) => {
            let mask = u32::MAX.checked_shl(32 - u32::from(bits.min(32))).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & mask))
        }
        IpAddr::V6(v6) => {
            let mask = u128::MAX.checked_shl(128 - u32::from(bits.min(128))).unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & mask))
        }
    }
}

impl Proxies {
    /// Reads addresses and networks (CIDR).
    pub fn parse<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, String> {
        texts.into_iter().map(str::parse).collect::<Result<_, _>>().map(Self)
    }

    /// True when none is declared.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|network| masked(address, network.bits) == masked(network.address, network.bits))
    }

    /// The peer of a connection: with `X-Forwarded-For` read from its end, as far as it was written by proxies of ours.
    pub(crate) fn peer<'a>(
        &self,
        connection: Option<IpAddr>,
        forwarded: impl DoubleEndedIterator<Item = &'a str>,
    ) -> Peer {
        let Some(mut peer) = connection.map(|address| address.to_canonical()) else { return Peer(None) };
        for entry in forwarded.flat_map(|header| header.split(',')).rev() {
            if !self.trusts(peer) {
                break;
            }
            let Some(address) = forwarded_address(entry) else { break };
            peer = address.to_canonical();
        }
        Peer(Some(peer))
    }
}

/// An entry of the header: an address, some proxies add the port.
fn forwarded_address(entry: &str) -> Option<IpAddr> {
    let entry = entry.trim();
    entry.parse::<IpAddr>().ok().or_else(|| entry.parse::<std::net::SocketAddr>().ok().map(|address| address.ip()))
}

/// Who is at the other end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(Option<IpAddr>);

impl Peer {
    /// True for this machine itself (or a connection without address).
    pub fn is_local(self) -> bool {
        self.0.is_none_or(|address| address.is_loopback())
    }

    /// What is counted as one peer: an address, or the /64 that an IPv6 customer has.
    pub(crate) fn counted(self) -> Option<IpAddr> {
        self.0.map(|address| if address.is_ipv6() { masked(address, 64) } else { address })
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {
            Some(address) => address.fmt(formatter),
            None => formatter.write_str("local"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn peer(proxies: &[&str], connection: &str, forwarded: &[&str]) -> String {
        let proxies = Proxies::parse(proxies.iter().copied()).unwrap();
        proxies.peer(Some(connection.parse().unwrap()), forwarded.iter().copied()).to_string()
    }

    #[test]
    fn a_stranger_cannot_choose_an_address() {
        assert_eq!(peer(&[], "203.0.113.9", &["10.0.0.1"]), "203.0.113.9");
        assert_eq!(peer(&["10.0.0.0/8"], "203.0.113.9", &["10.0.0.1"]), "203.0.113.9");
        // What the client itself wrote stands left of what our proxy added.
        assert_eq!(peer(&["10.0.0.0/8"], "10.0.0.1", &["1.1.1.1, 203.0.113.9"]), "203.0.113.9");
        assert_eq!(peer(&["10.0.0.0/8"], "10.0.0.1", &["rubbish"]), "10.0.0.1");
    }

    #[test]
    fn a_chain_of_our_own_proxies_leads_to_the_client() {
        assert_eq!(peer(&["10.0.0.0/8", "::1"], "::1", &["203.0.113.9, 10.2.2.2", "10.1.1.1"]), "203.0.113.9");
        assert_eq!(peer(&["127.0.0.1"], "::ffff:127.0.0.1", &["203.0.113.9:4711"]), "203.0.113.9");
        assert_eq!(peer(&["127.0.0.1"], "127.0.0.1", &["[2001:db8::1]:80"]), "2001:db8::1");
    }

    #[test]
    fn networks_are_read_strictly() {
        for wrong in ["10.0.0.0/33", "10.0.0", "proxy.local", "::/129", "10.0.0.0/"] {
            assert!(Proxies::parse([wrong]).unwrap_err().contains(wrong), "{wrong}");
        }
        let all = Proxies::parse(["0.0.0.0/0"]).unwrap();
        assert!(all.trusts("8.8.8.8".parse().unwrap()));
        assert!(!all.trusts("2001:db8::1".parse().unwrap()));
    }
}
