//! Addresses of clients: which one counts for the limits per address, and whom to believe about it behind proxies.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use http::HeaderMap;

/// The header in which each proxy adds the address it was asked from, behind those that came before.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The address that is counted. An IPv6 client has a whole network of 64 bits to itself, so that network is one address; an
/// IPv4 address in IPv6 form is the IPv4 address.
pub(crate) fn counted(ip: IpAddr) -> IpAddr {
    match ip.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The client's address behind `proxies` proxies: the entry of `X-Forwarded-For` that the outermost of them added, counted
/// from the end, as whatever stands before it is the client's own claim. `peer`, the nearest proxy, where there are fewer
/// entries or that one is no address. A port that the proxy tells not is 0.
pub(crate) fn client(headers: &HeaderMap, peer: SocketAddr, proxies: usize) -> SocketAddr {
    let Some(back) = proxies.checked_sub(1) else { return peer };
    let lines = headers.get_all(FORWARDED_FOR).into_iter().rev().map(|line| line.to_str().unwrap_or_default());
    let entry = lines.flat_map(|line| line.rsplit(',')).nth(back);
    entry.and_then(|entry| parse(entry.trim())).unwrap_or(peer)
}

fn parse(entry: &str) -> Option<SocketAddr> {
    if let Ok(address) = entry.parse() {
        return Some(address);
    }
    let bare = entry.strip_prefix('[').and_then(|e| e.strip_suffix(']')).unwrap_or(entry);
    bare.parse().ok().map(|ip| SocketAddr::new(ip, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str], proxies: usize) -> String {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED_FOR, line.parse().expect("a header"));
        }
        client(&headers, "10.0.0.1:99".parse().expect("an address"), proxies).to_string()
    }

    #[test]
    fn without_proxies_nobody_is_believed() {
        assert_eq!(told(&["1.2.3.4"], 0), "10.0.0.1:99");
    }

    #[test]
    fn only_what_trusted_proxies_have_added_is_believed() {
        assert_eq!(told(&["1.2.3.4"], 1), "1.2.3.4:0");
        assert_eq!(told(&["6.6.6.6, 1.2.3.4"], 1), "1.2.3.4:0");
        assert_eq!(told(&["6.6.6.6", "1.2.3.4, 10.0.0.2"], 2), "1.2.3.4:0");
        assert_eq!(told(&["6.6.6.6,1.2.3.4", "10.0.0.2"], 2), "1.2.3.4:0");
        assert_eq!(told(&["1.2.3.4:567"], 1), "1.2.3.4:567");
        assert_eq!(told(&["[2001:db8::1]"], 1), "[2001:db8::1]:0");
        assert_eq!(told(&["[2001:db8::1]:5"], 1), "[2001:db8::1]:5");
        assert_eq!(told(&["2001:db8::1"], 1), "[2001:db8::1]:0");
    }

    #[test]
    fn what_is_missing_or_no_address_is_the_nearest_proxys_own() {
        for lines in [&[][..], &[""], &["unknown"], &["1.2.3.4,"], &["1.2.3.4, _hidden"]] {
            assert_eq!(told(lines, 1), "10.0.0.1:99", "{lines:?}");
        }
        assert_eq!(told(&["1.2.3.4"], 2), "10.0.0.1:99");
    }

    #[test]
    fn a_network_of_64_bits_is_one_address() {
        let counted = |ip: &str| counted(ip.parse().expect("an address")).to_string();
        assert_eq!(counted("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(counted("2001:db8:1:2::1"), counted("2001:db8:1:2:ffff::"));
        assert_ne!(counted("2001:db8:1:2::1"), counted("2001:db8:1:3::1"));
        assert_eq!(counted("::ffff:1.2.3.4"), "1.2.3.4");
    }
}
