//! Input that other servers have failed at, each over real sockets. After each the server serves a new client, and when all
//! have gone nothing is left.

mod attachments;
mod bodies;
mod events;
mod fairness;
mod floods;
mod frames;
mod origins;
mod panics;
mod prefixes;
mod readers;
mod requests;
mod slowloris;
mod upgrades;
