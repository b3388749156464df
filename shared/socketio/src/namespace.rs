//! Names of namespaces. Owns their form; who is in one is the session's business.

use std::fmt;

use engineio::Text;

/// Name of a namespace, beginning with a slash. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Namespace(Text);

impl Namespace {
    /// The main namespace, `/`.
    pub const ROOT: Self = Self(Text::from_static("/"));

    /// The namespace called `name`; a missing first slash is added. The name must not have a comma, which ends it on
    /// the wire.
    pub fn new(name: &str) -> Self {
        match name {
            "" | "/" => Self::ROOT,
            _ if name.starts_with('/') => Self(name.into()),
            _ => Self(format!("/{name}").into()),
        }
    }

    /// A name that came over the wire.
    pub(crate) fn received(name: Text) -> Self {
        if *name == *"/" { Self::ROOT } else { Self(name) }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether this is the main namespace, which the JSON parser leaves out.
    pub fn is_root(&self) -> bool {
        *self.0 == *"/"
    }
}

impl Default for Namespace {
    fn default() -> Self {
        Self::ROOT
    }
}

impl From<&str> for Namespace {
    fn from(name: &str) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for Namespace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
