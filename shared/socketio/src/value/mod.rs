//! The one dynamic value both parsers read and write.

mod data;
mod de;
mod list;
mod ser;
#[cfg(test)]
mod tests;

pub use data::Value;
pub use de::from_value;
pub(crate) use list::to_values;
pub use ser::to_value;
