//! Where webhooks may go: to public addresses alone, so that nobody makes the shop ask machines that only it can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;
use tradewind_kernel::{Error, Result};

use crate::error::refused;

/// Whether webhooks may go to other addresses than public ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Reach {
    /// Public addresses, by https.
    Public,
    /// Any address, by https or http.
    Anywhere,
}

impl Reach {
    /// Whether a connection may be made to this address.
    pub(super) fn allows(self, address: IpAddr) -> bool {
        self == Self::Anywhere || is_public(address)
    }

    /// The url of an endpoint, where it may be one. The address behind a name is looked at when it is connected to.
    pub(super) fn check(self, text: &str) -> Result<Url> {
        let url = Url::parse(text.trim())
            .map_err(|_| Error::invalid("url", "url: this is no address such as https://example.com/hooks"))?;
        match (url.scheme(), self) {
            ("https", _) | ("http", Self::Anywhere) => {}
            ("http", Self::Public) => {
                return Err(refused(
                    "url: webhooks go to https only; webhooks.allow_private = true allows http as well".to_owned(),
                ));
            }
            _ => return Err(Error::invalid("url", "url: it begins with https://")),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(Error::invalid(
                "url",
                "url: it holds a user or a password, which lists would show; the signature proves who sends",
            ));
        }
        if url.fragment().is_some() {
            return Err(Error::invalid("url", "url: what follows a # is never sent; take it out"));
        }
        let host = url.host_str().unwrap_or_default();
        match literal(host) {
            Some(address) if !self.allows(address) => Err(refused(not_public(host))),
            Some(_) => Ok(url),
            None if host.is_empty() => Err(Error::invalid("url", "url: it names no host")),
            None => Ok(url),
        }
    }
}

/// Why nothing is sent to a host.
pub(super) fn not_public(host: &str) -> String {
    let shown: String = host.chars().take(100).collect();
    format!("{shown} is no public address; webhooks.allow_private = true allows others")
}

/// The address that a host is written as, where it is one. A url knows no other spelling of it once it is read.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Whether an address is one of the public internet. What is not known to be is not.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let number = u32::from(address);
    let is_in = |network: [u8; 4], bits: u32| (number ^ u32::from_be_bytes(network)) >> (32 - bits) == 0;
    let closed = [
        // This network, and this machine.
        ([0, 0, 0, 0], 8),
        ([127, 0, 0, 0], 8),
        // Private, shared behind a provider, and link-local with the metadata of most clouds.
        ([10, 0, 0, 0], 8),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        ([100, 64, 0, 0], 10),
        ([169, 254, 0, 0], 16),
        // The metadata of Azure, at an address that looks public.
        ([168, 63, 129, 16], 32),
        // Protocols, documentation, measurements, and relays into IPv6.
        ([192, 0, 0, 0], 24),
        ([192, 0, 2, 0], 24),
        ([198, 51, 100, 0], 24),
        ([203, 0, 113, 0], 24),
        ([198, 18, 0, 0], 15),
        ([192, 88, 99, 0], 24),
        // Multicast, and what is reserved up to the broadcast.
        ([224, 0, 0, 0], 4),
        ([240, 0, 0, 0], 4),
    ];
    !closed.iter().any(|(network, bits)| is_in(*network, *bits))
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, fourth, fifth, sixth, high, low] = address.segments();
    let embedded = Ipv4Addr::from((u32::from(high) << 16) | u32::from(low));
    match [first, second, third, fourth, fifth, sixth] {
        // IPv4 as IPv6 writes it, and as a network that speaks IPv6 alone translates it.
        [0, 0, 0, 0, 0, 0xffff] | [0x64, 0xff9b, 0, 0, 0, 0] => is_public_v4(embedded),
        // Protocols and tunnels, which may lead anywhere.
        [0x2001, 0..0x200, ..] | [0x2002, ..] => false,
        // Documentation.
        [0x2001, 0xdb8, ..] | [0x3fff, 0..0x1000, ..] => false,
        // All that is given out to be reached from everywhere.
        _ => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::NOT_ALLOWED_THERE;

    #[test]
    fn addresses_that_are_not_public_are_known() {
        for address in "0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 \
            168.63.129.16 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 \
            192.88.99.1 192.168.0.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 \
            240.0.0.1 255.255.255.255 :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 \
            ::ffff:0:127.0.0.1 64:ff9b::127.0.0.1 64:ff9b::a00:1 64:ff9b:1::1 100::1 2001::1 2001:db8::1 \
            2002:7f00:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 febf::1 fec0::1 ff02::1"
            .split_whitespace()
        {
            assert!(!is_public(address.parse().unwrap()), "{address}");
            assert!(Reach::Anywhere.allows(address.parse().unwrap()), "{address}");
        }
        for address in
            "1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.1 168.63.129.15 \
            169.253.255.255 172.15.255.255 172.32.0.0 192.0.1.0 192.167.255.255 198.17.255.255 198.20.0.0 \
            223.255.255.255 ::ffff:8.8.8.8 64:ff9b::808:808 2001:200::1 2001:4860:4860::8888 2606:4700::1111 \
            2a00:1450:4001::1 3fff:1000::1"
                .split_whitespace()
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn no_spelling_of_a_private_address_is_taken() {
        for host in
            "127.0.0.1 127.1 127.0.0.1. 2130706433 0x7f000001 0x7f.1 0177.0.0.1 017700000001 127.0.0.1:8443 [::1] \
            [0:0:0:0:0:0:0:1] [::ffff:127.0.0.1] [::ffff:7f00:1] [::127.0.0.1] １２７.0.0.1 127。0。0。1 \
            %31%32%37.0.0.1 169.254.169.254 0xA9FEA9FE 10.1 192.168.257 [fd00:ec2::254] [fe80::1] 0"
                .split_whitespace()
        {
            let refused = Reach::Public.check(&format!("https://{host}/hook")).unwrap_err();
            assert!(refused.is(NOT_ALLOWED_THERE), "{host}: {refused:?}");
            Reach::Anywhere.check(&format!("http://{host}/hook")).unwrap();
        }
    }

    #[test]
    fn what_is_no_endpoint_is_refused_with_the_reason() {
        let plain = Reach::Public.check("http://example.com/hook").unwrap_err();
        assert!(plain.is(NOT_ALLOWED_THERE) && plain.message().contains("https only"), "{plain}");
        for text in [
            "",
            "example.com/hook",
            "ftp://example.com",
            "file:///etc/passwd",
            "https://",
            "https://user@example.com",
            "https://user:hush@example.com",
            "https://example.com/#part",
            "https://[::1",
            "https://127.0.0.256",
        ] {
            for reach in [Reach::Public, Reach::Anywhere] {
                let error = reach.check(text).unwrap_err();
                assert_eq!(error.field(), Some("url"), "{text}");
                assert!(!error.message().contains("hush"), "{error}");
            }
        }
        assert_eq!(
            Reach::Public.check(" https://example.com/hook?a=1 ").unwrap().as_str(),
            "https://example.com/hook?a=1"
        );
        Reach::Public.check("https://[2606:4700::1111]:8443/").unwrap();
    }
}
