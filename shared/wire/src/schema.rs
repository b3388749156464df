//! What a game replicates: components made of integer columns, and the private columns of a seat.
//!
//! A schema is plain data, known to both ends before the first frame, so frames carry no names.

/// Who receives a component of an entity that a view can see.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lane {
    /// Every view that sees the entity.
    Shared,
    /// Only the view that owns the entity: a training queue, say. Others can't tell whether the component exists.
    Owner,
}

/// One replicated component: a name, its columns in wire order, and who receives it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ComponentSpec {
    /// The name used in errors, documents and generated TypeScript.
    pub name: &'static str,
    /// Column names in wire order; every column is an `i32`. At least 1, at most [`MAX_COLUMNS`].
    pub columns: &'static [&'static str],
    /// Who receives it.
    pub lane: Lane,
}

/// All that a game replicates. At most [`MAX_COMPONENTS`] components and as many seat columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schema {
    /// The components, in wire order: a component is named on the wire by its place in this list.
    pub components: &'static [ComponentSpec],
    /// The seat's private columns (resources, limits), in wire order; every column is an `i32`.
    pub seat: &'static [&'static str],
}

/// Most components a schema may declare: their change mask is one 32-bit number.
pub const MAX_COMPONENTS: usize = 32;
/// Most columns of one component.
pub const MAX_COLUMNS: usize = 16;
/// Largest entity id a frame may carry, so that a hostile frame can't make a mirror allocate without bound.
pub const MAX_ENTITY_ID: u32 = 65_535;

impl Schema {
    /// Checks the bounds above. The error names the component at fault.
    pub fn validate(&self) -> Result<(), String> {
        if self.components.is_empty() || self.components.len() > MAX_COMPONENTS {
            return Err(format!("a schema has 1 to {MAX_COMPONENTS} components, not {}", self.components.len()));
        }
        if self.seat.len() > MAX_COMPONENTS {
            return Err(format!("a seat has at most {MAX_COMPONENTS} columns, not {}", self.seat.len()));
        }
        for (place, component) in self.components.iter().enumerate() {
            if component.columns.is_empty() || component.columns.len() > MAX_COLUMNS {
                let count = component.columns.len();
                return Err(format!(
                    "component {:?} has {count} columns; 1 to {MAX_COLUMNS} are possible",
                    component.name
                ));
            }
            if self.components[..place].iter().any(|other| other.name == component.name) {
                return Err(format!("component {:?} is declared twice", component.name));
            }
        }
        Ok(())
    }
}
