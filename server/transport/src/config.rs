//! Every bound and timer of the transport, with its default and unit.
//!
//! Owns no behaviour beyond checking that the figures fit together.

use std::path::PathBuf;
use std::time::Duration;

use crate::cookie::Cookie;
use crate::error::Error;
use crate::recovery::Recovery;
use crate::spelling::{is_origin, is_path};

/// Longest time that is taken: timers further away are likely slips, and sums of them could overflow.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);
/// Shortest heartbeat: clients are told it in whole milliseconds.
const SHORTEST_BEAT: Duration = Duration::from_millis(1);
/// Most that [`Config::max_headers`] may be, as hyper takes memory for all of them at each request.
const MOST_HEADERS: usize = 16_384;
/// Most that [`Config::read_buffer`] may be, as each WebSocket takes it.
const LARGEST_BUFFER: usize = 16 * 1024 * 1024;

/// Settings of a [`Server`](crate::Server) and of [`serve`](crate::serve).
///
/// Start from `Config::default()` and change fields.
#[derive(Debug, Clone)]
pub struct Config {
    /// Request path of the Socket.IO endpoint, matched with and without its last slash: names of letters, digits, `-`, `.`, `_` and
    /// `~`, with a slash before each. Defaults to `/socket.io/`.
    pub path: String,
    /// Time between two heartbeat pings of the server, 1 ms at least. Defaults to 25 s.
    pub ping_interval: Duration,
    /// Time a client has to answer a ping before it is taken for gone, 1 ms at least. Defaults to 20 s.
    pub ping_timeout: Duration,
    /// Time a WebSocket has to finish an upgrade from polling once it is open. Defaults to 10 s.
    pub upgrade_timeout: Duration,
    /// Time a client has to join its first namespace. Defaults to 45 s.
    pub connect_timeout: Duration,
    /// Time a closing WebSocket has to take the last bytes and answer the close frame. Defaults to 2 s.
    pub close_timeout: Duration,
    /// Largest packet (with its attachments), WebSocket message or long-polling body a client may send, in bytes. Announced to
    /// clients as `maxPayload`. A larger body is answered with 413, before any of it is kept where its length was announced;
    /// a larger message with the close code 1009. Defaults to 100,000.
    pub max_payload: usize,
    /// Most packets in one long-polling body. Defaults to 1,000.
    pub max_packets_per_payload: usize,
    /// Most fragments of one WebSocket message; one of more is answered with the close code 1009. Defaults to 1,024.
    pub max_fragments: usize,
    /// Read buffer of a WebSocket connection, in bytes; grows to the message when one is larger. At most 16,777,216.
    /// Defaults to 1,024.
    pub read_buffer: usize,
    /// Bytes read from one WebSocket before other connections get their turn. Defaults to 65,536.
    pub read_turn: usize,
    /// Most bytes waiting for one client: packets, each with 192 bytes on top for what it takes beside its payload, and what has
    /// left the queue and waits for the kernel, up to 65,536. While a client is decided about, as much waits for it; half of that,
    /// and of [`max_queue_packets`](Self::max_queue_packets), where it is [back](crate::Socket::recovered), as what it has missed
    /// has the other half; but one event in any case. Beyond it the connection is closed with
    /// [`CloseReason::QueueFull`](crate::CloseReason::QueueFull). A single event or acknowledgement above it is refused with
    /// [`Error::TooLarge`], and the connection stays. Defaults to 262,144.
    pub max_queue_bytes: usize,
    /// Most packets waiting for one client, above [`max_attachments`](Self::max_attachments): each attachment is one, and an event
    /// has to fit with all of them. Defaults to 4,096.
    pub max_queue_packets: usize,
    /// Most binary attachments of one packet. Defaults to 10.
    pub max_attachments: usize,
    /// Deepest nesting of arrays and maps in a packet. Defaults to 32.
    pub max_depth: usize,
    /// Most values (numbers, texts, arrays, maps) in one packet. Defaults to 10,000.
    pub max_values: usize,
    /// Time from a packet's header to its last binary attachment. Defaults to 10 s.
    pub attachment_timeout: Duration,
    /// Most namespaces one connection may be in, or have asked for, at a time; further ones are refused with `more than 8
    /// namespaces`, and the connection goes on. Defaults to 8.
    pub max_namespaces: usize,
    /// Most acknowledgements one connection may be waiting for. Defaults to 1,024.
    pub max_pending_acks: usize,
    /// Most sessions at a time; further handshakes are answered with 503, over WebSocket too. Defaults to 20,000.
    pub max_sessions: usize,
    /// Most TCP connections at a time; further ones wait in the listener's backlog. Defaults to 40,000.
    pub max_connections: usize,
    /// Most TCP connections from one address; further ones are dropped at once. Behind a proxy all of them are the proxy's. An
    /// IPv6 network of 64 bits counts as one address. Defaults to 40,000, as proxies and load generators come from a single
    /// address.
    pub max_connections_per_ip: usize,
    /// Time a client has, from the first byte on, to send the whole head of a request. Defaults to 10 s.
    pub header_timeout: Duration,
    /// Time a client has to send the whole body of a long-polling POST. Defaults to 20 s.
    pub body_timeout: Duration,
    /// Largest head of a request, in bytes; a larger one is answered with 431. hyper accepts no limit below 8,192. Defaults to
    /// 16,384.
    pub max_header_bytes: usize,
    /// Most header lines of a request; one of more is answered with 431. At most 16,384. Defaults to 64.
    pub max_headers: usize,
    /// Bytes the kernel keeps for a client before they are on their way (`TCP_NOTSENT_LOWAT`). A slow client's frames wait, and
    /// grow old, there; what does not fit waits here, where it can be merged. Defaults to 16,384.
    pub not_sent_bytes: u32,
    /// Time the connections have to end after a shutdown has begun and the sessions have ended, and the handlers that block beside
    /// [`close_timeout`](Self::close_timeout); see [`serve`](crate::serve). Defaults to 5 s.
    pub shutdown_timeout: Duration,
    /// Whether clients may start on, or stay on, long-polling. Defaults to true.
    pub polling: bool,
    /// Whether clients may use WebSocket. Defaults to true.
    pub websocket: bool,
    /// Origins that browsers may connect from besides the server's own. Requests of pages from elsewhere are answered with 403
    /// (WebSocket handshakes with 400); the first of an origin is logged as a warning, for up to 16 origins, and others at the level of
    /// debugging. A layer that writes CORS headers changes nothing about it. Defaults to [`Cors::Off`].
    pub cors: Cors,
    /// Most namespaces that one pattern has open at a time; see
    /// [`Server::namespace_matching`](crate::Server::namespace_matching). For one more, the one goes in which for the longest
    /// nobody has been but clients that [`recovery`](Self::recovery) waits for: they begin anew. Defaults to 1,024.
    pub max_child_namespaces: usize,
    /// Whether clients of Engine.IO 3 are let in, which are those of Socket.IO 1 and 2, beside those of Engine.IO 4. They are
    /// told apart by the parameter `EIO`: anything but `4`, also none, is revision 3. Such a client is in the namespace `/` as
    /// soon as it is connected, and knows its sockets by the session's id: do not tell that id to others, as whoever knows it
    /// can poll in the client's place. Defaults to false: these clients get the error "Unsupported protocol version".
    pub allow_eio3: bool,
    /// Cookie that names the session to load balancers. Defaults to none; `Some(Cookie::default())` is the usual one.
    pub cookie: Option<Cookie>,
    /// Headers of the opening request that are kept for [`Socket::handshake`](crate::Socket::handshake). Every one costs
    /// memory for as long as the connection lives. Defaults to [`KeepHeaders::None`];
    /// [`Server::allow_request`](crate::Server::allow_request) sees all of them in any case.
    pub keep_headers: KeepHeaders,
    /// Whether what clients send as `auth` is kept for [`Socket::handshake`](crate::Socket::handshake), for as long as the
    /// socket lives; middlewares and connect handlers are given it in any case. Defaults to false.
    pub keep_auth: bool,
    /// Whether clients that lose their connection may find their state again, and the bounds of what is kept for them. Defaults
    /// to none; `Some(Recovery::default())` turns it on.
    pub recovery: Option<Recovery>,
    /// Most lanes of one socket in which a producer waits; see [`Socket::latest`](crate::Socket::latest). Defaults to 16.
    pub max_lanes: usize,
    /// Folder with the browser client's bundles: `dist` of the npm package `socket.io-client`. They are read at start-up and
    /// served beside the endpoint, as `socket.io.js`, `socket.io.min.js`, `socket.io.esm.min.js`, `socket.io.msgpack.min.js`
    /// and their maps. Defaults to none.
    pub client_files: Option<PathBuf>,
    /// Time a TCP connection has, once accepted, to send the whole head of its first request, and a WebSocket to become a
    /// session once its request has come. Defaults to 10 s.
    pub handshake_timeout: Duration,
    /// Time an HTTP connection may be idle between an answer and the next request. Defaults to 20 s.
    pub keep_alive_timeout: Duration,
    /// Time a client may take nothing of an HTTP answer before its connection is dropped. Defaults to 20 s.
    pub write_timeout: Duration,
    /// Most sessions from one address at a time; further handshakes are answered with 429. Addresses count as for
    /// [`max_connections_per_ip`](Self::max_connections_per_ip), but see [`trusted_proxies`](Self::trusted_proxies). Defaults
    /// to 20,000, as proxies and load generators come from a single address.
    pub max_sessions_per_ip: usize,
    /// Handshakes a second that one address may make on average; more are answered with 429, polling and WebSocket alike.
    /// Defaults to 1,000.
    pub handshakes_per_second: u32,
    /// Handshakes that one address may make at once after a pause. Defaults to 20,000.
    pub handshake_burst: u32,
    /// Proxies in front of the server whose `X-Forwarded-For` is believed: the client is the address that the outermost of
    /// them has added to it. It counts for the limits of sessions and handshakes, and is what
    /// [`Socket::remote_addr`](crate::Socket::remote_addr) tells. With 0 the header is ignored; any other number lets clients
    /// that come past the proxies lie about their address. Defaults to 0.
    pub trusted_proxies: usize,
    /// Packets of one client that are handled before other connections get their turn. Defaults to 256.
    pub turn_packets: usize,
    /// Longest name of a namespace, in bytes. Defaults to 256.
    pub max_namespace_bytes: usize,
    /// Most rooms one socket may be in, without its own; see [`Socket::join`](crate::Socket::join). Defaults to 1,024.
    pub max_rooms_per_socket: usize,
    /// Longest name of a room, in bytes. Defaults to 256.
    pub max_room_bytes: usize,
}

/// Which headers of the request that opens a session are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum KeepHeaders {
    /// None.
    #[default]
    None,
    /// These, in any case.
    Listed(Vec<String>),
    /// All of them: up to [`Config::max_header_bytes`] a connection.
    All,
}

impl KeepHeaders {
    pub(crate) fn keeps(&self, name: &str) -> bool {
        match self {
            Self::None => false,
            Self::Listed(names) => names.iter().any(|listed| listed.eq_ignore_ascii_case(name)),
            Self::All => true,
        }
    }
}

/// Which pages of other origins may talk to the server.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Cors {
    /// Pages of the server's own host only: those whose `Origin` names the host and port that the request's `Host` does.
    /// Requests without an `Origin`, which come from no page, pass.
    #[default]
    Off,
    /// All pages: `Access-Control-Allow-Origin: *`.
    Any,
    /// These origins too, written as browsers send them (`https://example.org`). Requests with cookies are allowed. A server
    /// behind a proxy that changes `Host` has to list its own public origin.
    Origins(Vec<String>),
}

impl Default for Config {
    fn default() -> Self {
        Self {
            path: "/socket.io/".to_owned(),
            ping_interval: Duration::from_secs(25),
            ping_timeout: Duration::from_secs(20),
            upgrade_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(45),
            close_timeout: Duration::from_secs(2),
            max_payload: 100_000,
            max_packets_per_payload: 1_000,
            max_fragments: 1_024,
            read_buffer: 1_024,
            read_turn: 65_536,
            max_queue_bytes: 256 * 1024,
            max_queue_packets: 4_096,
            max_attachments: 10,
            max_depth: 32,
            max_values: 10_000,
            attachment_timeout: Duration::from_secs(10),
            max_namespaces: 8,
            max_pending_acks: 1_024,
            max_sessions: 20_000,
            max_connections: 40_000,
            max_connections_per_ip: 40_000,
            header_timeout: Duration::from_secs(10),
            body_timeout: Duration::from_secs(20),
            max_header_bytes: 16_384,
            max_headers: 64,
            not_sent_bytes: 16_384,
            shutdown_timeout: Duration::from_secs(5),
            polling: true,
            websocket: true,
            cors: Cors::Off,
            max_child_namespaces: 1_024,
            allow_eio3: false,
            cookie: None,
            keep_headers: KeepHeaders::None,
            keep_auth: false,
            recovery: None,
            max_lanes: 16,
            client_files: None,
            handshake_timeout: Duration::from_secs(10),
            keep_alive_timeout: Duration::from_secs(20),
            write_timeout: Duration::from_secs(20),
            max_sessions_per_ip: 20_000,
            handshakes_per_second: 1_000,
            handshake_burst: 20_000,
            trusted_proxies: 0,
            turn_packets: 256,
            max_namespace_bytes: 256,
            max_rooms_per_socket: 1_024,
            max_room_bytes: 256,
        }
    }
}

impl Config {
    /// Checks the figures against each other and against what hyper accepts.
    ///
    /// # Errors
    /// [`Error::Config`] names the first field that cannot work.
    pub fn validate(&self) -> Result<(), Error> {
        let bad = |why: String| Err(Error::Config(why));
        if !is_path(&self.path) {
            let of = "names of letters, digits, '-', '.', '_' and '~', with a slash before each";
            return bad(format!("path {:?} does not consist of {of}", self.path));
        }
        if let Cors::Origins(listed) = &self.cors
            && let Some(wrong) = listed.iter().find(|origin| !is_origin(origin))
        {
            return bad(format!("cors has {wrong:?}, which no browser sends: an origin is like https://example.org"));
        }
        if self.max_header_bytes < 8_192 {
            return bad(format!("max_header_bytes of {} is below 8192", self.max_header_bytes));
        }
        if self.max_payload < 1_024 {
            return bad(format!("max_payload of {} is below 1024", self.max_payload));
        }
        if self.max_queue_bytes < 1_024 {
            return bad(format!("max_queue_bytes of {} is below 1024", self.max_queue_bytes));
        }
        if self.max_queue_packets <= self.max_attachments {
            let (packets, most) = (self.max_queue_packets, self.max_attachments);
            return bad(format!("max_queue_packets of {packets} is not above max_attachments, {most}"));
        }
        if self.read_buffer < 128 {
            return bad(format!("read_buffer of {} is below 128", self.read_buffer));
        }
        if self.read_buffer > LARGEST_BUFFER {
            return bad(format!("read_buffer of {} is above {LARGEST_BUFFER}", self.read_buffer));
        }
        if self.max_headers > MOST_HEADERS {
            return bad(format!("max_headers of {} is above {MOST_HEADERS}", self.max_headers));
        }
        for (name, time) in [("ping_interval", self.ping_interval), ("ping_timeout", self.ping_timeout)] {
            if time < SHORTEST_BEAT {
                return bad(format!("{name} of {time:?} is below {SHORTEST_BEAT:?}"));
            }
        }
        if !self.polling && !self.websocket {
            return bad("polling and websocket are both off".to_owned());
        }
        for (name, value) in [
            ("max_connections", self.max_connections),
            ("max_connections_per_ip", self.max_connections_per_ip),
            ("max_sessions", self.max_sessions),
            ("max_sessions_per_ip", self.max_sessions_per_ip),
            ("max_queue_packets", self.max_queue_packets),
            ("max_packets_per_payload", self.max_packets_per_payload),
            ("max_fragments", self.max_fragments),
            ("max_headers", self.max_headers),
            ("max_depth", self.max_depth),
            ("max_values", self.max_values),
            ("max_namespaces", self.max_namespaces),
            ("max_namespace_bytes", self.max_namespace_bytes),
            ("read_turn", self.read_turn),
            ("turn_packets", self.turn_packets),
            ("handshakes_per_second", self.handshakes_per_second as usize),
            ("handshake_burst", self.handshake_burst as usize),
        ] {
            if value == 0 {
                return bad(format!("{name} must not be zero"));
            }
        }
        for (name, time) in [
            ("ping_interval", self.ping_interval),
            ("ping_timeout", self.ping_timeout),
            ("upgrade_timeout", self.upgrade_timeout),
            ("connect_timeout", self.connect_timeout),
            ("attachment_timeout", self.attachment_timeout),
            ("header_timeout", self.header_timeout),
            ("body_timeout", self.body_timeout),
            ("handshake_timeout", self.handshake_timeout),
            ("keep_alive_timeout", self.keep_alive_timeout),
            ("write_timeout", self.write_timeout),
        ] {
            if time.is_zero() || time > LONGEST {
                return bad(format!("{name} of {time:?} is not above 0 and at most {LONGEST:?}"));
            }
        }
        for (name, time) in [("close_timeout", self.close_timeout), ("shutdown_timeout", self.shutdown_timeout)] {
            if time > LONGEST {
                return bad(format!("{name} of {time:?} is above {LONGEST:?}"));
            }
        }
        let queue = self.engine().limits;
        self.recovery.as_ref().map_or(Ok(()), |bounds| bounds.validate(&queue, self.max_attachments, LONGEST))?;
        self.cookie.as_ref().map_or(Ok(()), Cookie::validate)
    }

    /// The Engine.IO machine's share.
    pub(crate) fn engine(&self) -> engineio::ServerConfig {
        engineio::ServerConfig {
            ping_interval: self.ping_interval,
            ping_timeout: self.ping_timeout,
            upgrade_timeout: self.upgrade_timeout,
            allow_upgrades: self.websocket,
            limits: engineio::Limits {
                max_payload: self.max_payload,
                payload_packets: self.max_packets_per_payload,
                queue_bytes: self.max_queue_bytes,
                queue_packets: self.max_queue_packets,
            },
            ..engineio::ServerConfig::default()
        }
    }

    /// The Socket.IO machine's share.
    pub(crate) fn socket(&self) -> socketio::Limits {
        socketio::Limits {
            attachments: self.max_attachments,
            attachment_timeout: self.attachment_timeout,
            depth: self.max_depth,
            values: self.max_values,
            message_bytes: self.max_payload,
            packet_bytes: self.max_queue_bytes,
            outstanding_acks: self.max_pending_acks,
            namespaces: self.max_namespaces,
            namespace_bytes: self.max_namespace_bytes,
            connect_timeout: self.connect_timeout,
        }
    }

    /// The path without its last slash, as routers match it.
    pub(crate) fn bare_path(&self) -> &str {
        self.path.trim_end_matches('/')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said about the settings that `change` makes of the standard ones.
    fn told(change: impl FnOnce(&mut Config)) -> Option<String> {
        let mut config = Config::default();
        change(&mut config);
        config.validate().err().map(|e| e.to_string())
    }

    #[test]
    fn each_figure_works_at_its_least_and_is_named_below_it() {
        assert!(Config::default().validate().is_ok());
        macro_rules! least {
            ($($field:ident: $least:expr),* $(,)?) => {$(
                assert_eq!(told(|config| config.$field = $least), None);
                let message = told(|config| config.$field = $least - 1).expect("below its least");
                assert!(message.contains(stringify!($field)), "{message}");
            )*};
        }
        least! {
            max_header_bytes: 8_192, max_payload: 1_024, max_queue_bytes: 1_024, read_buffer: 128,
            max_connections: 1, max_connections_per_ip: 1, max_sessions: 1, max_sessions_per_ip: 1, max_queue_packets: 11,
            max_packets_per_payload: 1, max_fragments: 1, max_headers: 1, max_depth: 1, max_values: 1, max_namespaces: 1,
            max_namespace_bytes: 1, read_turn: 1, turn_packets: 1, handshakes_per_second: 1, handshake_burst: 1,
        }
    }

    #[test]
    fn recovery_works_with_its_standard_bounds_beside_the_standard_queue_and_not_beside_a_smaller_one() {
        assert_eq!(told(|config| config.recovery = Some(Recovery::default())), None);
        let small = told(|config| (config.recovery, config.max_queue_bytes) = (Some(Recovery::default()), 200_000));
        assert!(small.is_some_and(|m| m.contains("recovery.max_bytes")));
    }

    #[test]
    fn what_takes_memory_has_a_most_and_what_counts_has_none() {
        assert_eq!(told(|config| (config.max_headers, config.read_buffer) = (MOST_HEADERS, LARGEST_BUFFER)), None);
        assert!(told(|config| config.max_headers = MOST_HEADERS + 1).is_some_and(|m| m.contains("max_headers")));
        assert!(told(|config| config.read_buffer = LARGEST_BUFFER + 1).is_some_and(|m| m.contains("read_buffer")));
        assert_eq!(told(|config| (config.max_connections, config.max_sessions) = (usize::MAX, usize::MAX)), None);
    }

    #[test]
    fn an_origin_that_no_browser_sends_is_named() {
        let listed = |origin: &str| told(|config| config.cors = Cors::Origins(vec![origin.to_owned()]));
        for origin in
            ["https://example.org", "http://[::1]:3000", "null", "app+x://a", "https://xn--bcher-kva.example:8443"]
        {
            assert_eq!(listed(origin), None, "{origin}");
        }
        for origin in [
            "https://example.org/",
            "example.org",
            "*",
            "",
            "not an origin\n",
            "https://",
            "https://a b",
            "HTTPS://a",
            "https://A.example",
            "https://u@a",
            "https://a?b",
            "://a",
        ] {
            assert!(listed(origin).is_some_and(|m| m.contains(&format!("{origin:?}"))), "{origin}");
        }
    }

    #[test]
    fn each_time_works_up_to_the_longest_and_is_named_beyond() {
        macro_rules! longest {
            ($least:expr; $($field:ident),* $(,)?) => {$(
                assert_eq!(told(|config| config.$field = LONGEST), None);
                assert_eq!(told(|config| config.$field = $least), None);
                let message = told(|config| config.$field = LONGEST + Duration::from_nanos(1)).expect("too long");
                assert!(message.contains(stringify!($field)), "{message}");
                if let Some(below) = $least.checked_sub(Duration::from_nanos(1)) {
                    let message = told(|config| config.$field = below).expect("too short");
                    assert!(message.contains(stringify!($field)), "{message}");
                }
            )*};
        }
        longest! { SHORTEST_BEAT; ping_interval, ping_timeout }
        longest! {
            Duration::from_nanos(1); upgrade_timeout, connect_timeout, attachment_timeout,
            header_timeout, body_timeout, handshake_timeout, keep_alive_timeout, write_timeout,
        }
        longest! { Duration::ZERO; close_timeout, shutdown_timeout }
    }

    #[test]
    fn a_server_without_a_path_or_a_transport_is_refused() {
        for path in [
            "socket.io",
            "",
            "/",
            "//",
            "///",
            "/a//",
            "/a//b",
            "/{x}/",
            "/{*x}",
            "/:x/",
            "/a b",
            "/a?b",
            "/a%20b",
            "/ä/",
        ] {
            assert!(told(|config| config.path = path.to_owned()).is_some_and(|m| m.contains("path")), "{path}");
        }
        for path in ["/x", "/socket.io", "/games/v1.0_~-a/"] {
            assert_eq!(told(|config| config.path = path.to_owned()), None, "{path}");
        }
        assert!(told(|config| (config.polling, config.websocket) = (false, false)).is_some());
        assert_eq!(told(|config| config.polling = false), None);
    }
}
