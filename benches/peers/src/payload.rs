//! The binary argument of every event: when and in which tick it was sent, then filling. All servers make the same bytes.

/// Bytes before the filling: send time (u64), tick (u32), [`MARK`] (u32), little-endian.
pub const STAMP: usize = 16;

/// Tells a payload from whatever surrounds it in a packet.
pub const MARK: u32 = 0x7e51_c0de;

/// A payload without a stamp.
pub fn template(len: usize) -> Vec<u8> {
    (0..len.max(STAMP)).map(|i| (i * 31 % 251) as u8).collect()
}

/// Writes the stamp. `client` makes the bytes of one client differ from those of all others; it takes 4 bytes behind the
/// stamp where the payload has them.
pub fn stamp(payload: &mut [u8], time: u64, tick: u32, client: Option<u32>) {
    let Some(head) = payload.get_mut(..STAMP) else { return };
    head[..8].copy_from_slice(&time.to_le_bytes());
    head[8..12].copy_from_slice(&tick.to_le_bytes());
    head[12..].copy_from_slice(&MARK.to_le_bytes());
    if let (Some(client), Some(own)) = (client, payload.get_mut(STAMP..STAMP + 4)) {
        own.copy_from_slice(&client.to_le_bytes());
    }
}

/// The send time and the tick of a payload; `None` for other bytes.
pub fn read(payload: &[u8]) -> Option<(u64, u32)> {
    let head = payload.get(..STAMP)?;
    let mark = u32::from_le_bytes(head[12..].try_into().ok()?);
    let time = u64::from_le_bytes(head[..8].try_into().ok()?);
    let tick = u32::from_le_bytes(head[8..12].try_into().ok()?);
    (mark == MARK).then_some((time, tick))
}

/// Where in a packet the payload begins.
pub fn find(packet: &[u8]) -> Option<usize> {
    packet.windows(4).position(|four| four == MARK.to_le_bytes())?.checked_sub(12)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamped_payload_is_found_inside_a_packet_and_read_back() {
        let mut payload = template(40);
        stamp(&mut payload, 7_000_000_001, 42, Some(9));
        let packet = [b"head".as_slice(), &payload].concat();
        assert_eq!(find(&packet), Some(4));
        assert_eq!(read(&packet[4..]), Some((7_000_000_001, 42)));
        assert_eq!(read(&packet), None);
        assert_eq!(find(b"no payload in here"), None);
    }
}
