//! The browser client's bundles, served beside the endpoint.

use std::io::Read;
use std::net::SocketAddr;
use std::path::PathBuf;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use transport::{Config, Error, Server};

use crate::client::{Polling, Running, quick, within};

/// A folder with two bundles and one map; deleted at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("transport-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder");
        let folder = Self(path);
        folder.write("socket.io.js", &script());
        folder.write("socket.io.js.map", "{}");
        folder.write("socket.io.msgpack.min.js", "small");
        folder.write("secret.js", "not for others");
        folder
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).expect("written");
    }

    fn config(&self) -> Config {
        Config { client_files: Some(self.0.clone()), ..quick() }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn script() -> String {
    (0..2_000).map(|number| format!("function f{number}() {{ return {number}; }}\n")).collect()
}

/// Head, in lower case, and body of the answer.
async fn fetch(addr: SocketAddr, line: &str, headers: &str) -> (String, Vec<u8>) {
    let mut stream = TcpStream::connect(addr).await.expect("connect");
    let request = format!("{line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("write");
    let mut bytes = Vec::new();
    within(stream.read_to_end(&mut bytes)).await.expect("read");
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
    let body = bytes.split_off(end + 4);
    (String::from_utf8(bytes).expect("text").to_lowercase(), body)
}

#[tokio::test]
async fn bundles_and_maps_are_served_and_nothing_else_of_the_folder() {
    let folder = Folder::new("served");
    let running = Running::start(folder.config(), |_| {}).await;
    let (head, body) = fetch(running.addr, "GET /socket.io/socket.io.js", "").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    assert!(head.contains("content-type: application/javascript; charset=utf-8"), "{head}");
    assert!(head.contains("cache-control: public, max-age=0") && head.contains("vary: accept-encoding"), "{head}");
    assert!(!head.contains("content-encoding"), "{head}");
    assert_eq!(body, script().as_bytes());
    let (head, body) = fetch(running.addr, "GET /socket.io/socket.io.js.map?v=1", "").await;
    assert!(head.contains("content-type: application/json"), "{head}");
    assert_eq!(body, b"{}");
    let (head, body) = fetch(running.addr, "HEAD /socket.io/socket.io.js", "").await;
    assert!(
        head.starts_with("http/1.1 200") && head.contains(&format!("content-length: {}", script().len())),
        "{head}"
    );
    assert!(body.is_empty());
    for refused in ["GET /socket.io/secret.js", "GET /socket.io/socket.io.min.js", "POST /socket.io/socket.io.js"] {
        let (head, body) = fetch(running.addr, refused, "").await;
        assert!(head.starts_with("http/1.1 400"), "{refused}: {head}");
        assert_eq!(body, br#"{"code":0,"message":"Transport unknown"}"#, "{refused}");
    }
    Polling::join(running.addr).await;
    running.stop().await;
}

#[tokio::test]
async fn bundles_are_compressed_and_tagged() {
    let folder = Folder::new("tagged");
    let running = Running::start(folder.config(), |_| {}).await;
    let get = "GET /socket.io/socket.io.js";
    let (head, body) = fetch(running.addr, get, "Accept-Encoding: gzip, deflate, br\r\n").await;
    assert!(head.contains("content-encoding: br") && body.len() < script().len() / 4, "{head}");
    let mut text = String::new();
    brotli::Decompressor::new(&body[..], 4_096).read_to_string(&mut text).expect("brotli");
    assert_eq!(text, script());
    let (head, body) = fetch(running.addr, get, "Accept-Encoding: gzip\r\n").await;
    assert!(head.contains("content-encoding: gzip") && body.len() < script().len() / 4, "{head}");
    let mut text = String::new();
    flate2::read::GzDecoder::new(&body[..]).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, script());
    let tag = head.lines().find_map(|line| line.strip_prefix("etag: ")).expect("a tag");
    let tag = tag.trim_start_matches("w/");
    for known in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", W/{tag}"), "*".to_owned()] {
        let (head, body) = fetch(running.addr, get, &format!("If-None-Match: {known}\r\n")).await;
        assert!(head.starts_with("http/1.1 304") && body.is_empty(), "{known}: {head}");
        assert!(head.contains("etag: ") && head.contains("cache-control: public, max-age=0"), "{head}");
    }
    let (head, _) = fetch(running.addr, get, "If-None-Match: \"x\"\r\n").await;
    assert!(head.starts_with("http/1.1 200"), "{head}");
    running.stop().await;
}

#[test]
fn a_folder_without_bundles_is_told_at_once() {
    let told = |folder: &str| {
        let config = Config { client_files: Some(PathBuf::from(folder)), ..Config::default() };
        let error = Server::new(config).expect_err("there are none");
        assert!(matches!(&error, Error::Config(why) if why.contains(folder)), "{error}");
        error.to_string()
    };
    let (missing, empty, file) = (told("no-such-folder"), told("src"), told("Cargo.toml"));
    assert!(missing.contains("is not there") && missing.contains("socket.io.js"), "{missing}");
    assert!(!empty.contains("is not there") && empty.contains("socket.io.js"), "{empty}");
    assert!(file.contains("cannot be read"), "{file}");
}

#[tokio::test]
async fn without_a_folder_the_bundles_are_requests_like_any_other() {
    let running = Running::start(quick(), |_| {}).await;
    let (head, _) = fetch(running.addr, "GET /socket.io/socket.io.js", "").await;
    assert!(head.starts_with("http/1.1 400"), "{head}");
    running.stop().await;
}
