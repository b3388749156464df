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

/// What the columns of a component mean to the codec.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Values that stay as they are until they are sent anew.
    State,
    /// Dead-reckoned motion with the columns [`MOTION_COLUMNS`]: a position and what it gains with each tick, in one unit.
    /// Both ends add the velocity at each tick, so straight travel costs no bytes.
    Motion {
        /// How far, in each direction, the position of clients may be off before it is sent anew. In the columns' unit.
        tolerance: u32,
    },
}

/// One replicated component: a name, its columns in wire order, what they mean and who receives it. Made with
/// [`ComponentSpec::state`] or [`ComponentSpec::motion`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub struct ComponentSpec {
    /// The name used in errors, documents and generated TypeScript.
    pub name: &'static str,
    /// Column names in wire order; every column is an `i32`. At least 1, at most [`MAX_COLUMNS`].
    pub columns: &'static [&'static str],
    /// What the columns mean.
    pub kind: Kind,
    /// Who receives it. Defaults to all who see the entity.
    pub lane: Lane,
    /// Values are never negative, which makes those between 64 and 127 a byte shorter. Defaults to false.
    pub unsigned: bool,
    /// The step of each column: what is replicated is the value divided by it, to the nearest. Empty for steps of 1.
    pub steps: &'static [u32],
}

/// The columns of every motion component.
pub const MOTION_COLUMNS: &[&str] = &["x", "y", "vx", "vy"];

/// All that a game replicates. At most [`MAX_COMPONENTS`] components and as many seat columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Schema {
    /// The components, in wire order: a component is named on the wire by its place in this list.
    pub components: &'static [ComponentSpec],
    /// The seat's private columns (resources, limits), in wire order; every column is an `i32`.
    pub seat: &'static [&'static str],
}

/// Most components a schema may declare, and most seat columns: a place takes five bits.
pub const MAX_COMPONENTS: usize = 31;
/// Most columns of one component.
pub const MAX_COLUMNS: usize = 16;
/// Largest entity id a frame may carry, so that a hostile frame can't make a mirror allocate without bound.
pub const MAX_ENTITY_ID: u32 = 65_535;

impl ComponentSpec {
    /// A component whose values are sent when they change, to all who see the entity.
    #[must_use]
    pub const fn state(name: &'static str, columns: &'static [&'static str]) -> Self {
        Self { name, columns, kind: Kind::State, lane: Lane::Shared, unsigned: false, steps: &[] }
    }

    /// A dead-reckoned position: columns `x`, `y`, `vx`, `vy`, all in one fixed-point unit, velocities per tick. Clients may
    /// be off by `tolerance` of that unit in each direction. The velocity of what stands must be 0.
    #[must_use]
    pub const fn motion(name: &'static str, tolerance: u32) -> Self {
        let kind = Kind::Motion { tolerance };
        Self { name, columns: MOTION_COLUMNS, kind, lane: Lane::Shared, unsigned: false, steps: &[] }
    }

    /// The same for the owner of the entity alone.
    #[must_use]
    pub const fn owner(self) -> Self {
        Self { lane: Lane::Owner, ..self }
    }

    /// The same with values that are never negative.
    #[must_use]
    pub const fn unsigned(self) -> Self {
        Self { unsigned: true, ..self }
    }

    /// The same, replicated in steps: one for each column, at least 1.
    #[must_use]
    pub const fn steps(self, steps: &'static [u32]) -> Self {
        Self { steps, ..self }
    }

    /// Whether clients add a velocity to it at each tick.
    #[must_use]
    pub const fn is_motion(&self) -> bool {
        matches!(self.kind, Kind::Motion { .. })
    }

    fn validate(&self) -> Result<(), String> {
        let (name, count) = (self.name, self.columns.len());
        if count == 0 || count > MAX_COLUMNS {
            return Err(format!("component {name:?} has {count} columns; 1 to {MAX_COLUMNS} are possible"));
        }
        if let Some(twice) = first_twice(self.columns) {
            return Err(format!("component {name:?} has two columns {twice:?}"));
        }
        if !self.steps.is_empty() && self.steps.len() != count {
            let steps = self.steps.len();
            return Err(format!("component {name:?} has {count} columns and {steps} steps"));
        }
        if self.steps.iter().any(|step| *step == 0 || *step > i32::MAX as u32) {
            return Err(format!("component {name:?} has a step that is not between 1 and {}", i32::MAX));
        }
        if self.is_motion() && (self.columns != MOTION_COLUMNS || self.unsigned || !self.steps.is_empty()) {
            return Err(format!("motion component {name:?} has columns {MOTION_COLUMNS:?}, signed and without steps"));
        }
        Ok(())
    }
}

impl Schema {
    /// Checks the bounds above. The error names the component at fault.
    pub fn validate(&self) -> Result<(), String> {
        if self.components.is_empty() || self.components.len() > MAX_COMPONENTS {
            return Err(format!("a schema has 1 to {MAX_COMPONENTS} components, not {}", self.components.len()));
        }
        if self.seat.len() > MAX_COMPONENTS {
            return Err(format!("a seat has at most {MAX_COMPONENTS} columns, not {}", self.seat.len()));
        }
        if let Some(twice) = first_twice(self.seat) {
            return Err(format!("a seat has two columns {twice:?}"));
        }
        for (place, component) in self.components.iter().enumerate() {
            component.validate()?;
            if self.components[..place].iter().any(|other| other.name == component.name) {
                return Err(format!("component {:?} is declared twice", component.name));
            }
        }
        Ok(())
    }
}

fn first_twice<'a>(names: &[&'a str]) -> Option<&'a str> {
    names.iter().enumerate().find(|(place, name)| names[..*place].contains(name)).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault<const N: usize>(components: [ComponentSpec; N]) -> String {
        Schema { components: Box::leak(Box::new(components)), seat: &[] }.validate().expect_err("must be refused")
    }

    #[test]
    fn a_component_is_declared_in_a_line_and_a_mistake_in_it_names_it() {
        static GOOD: &[ComponentSpec] = &[
            ComponentSpec::state("health", &["hp"]).unsigned(),
            ComponentSpec::motion("position", 16),
            ComponentSpec::state("queue", &["kind", "progress"]).steps(&[1, 10]).owner(),
        ];
        assert_eq!(Schema { components: GOOD, seat: &["gold"] }.validate(), Ok(()));
        assert!(fault([ComponentSpec::state("empty", &[])]).contains("\"empty\" has 0 columns"));
        assert!(fault([ComponentSpec::state("pair", &["a", "a"])]).contains("\"pair\" has two columns \"a\""));
        assert!(fault([ComponentSpec::state("wide", &["a"]).steps(&[1, 1])]).contains("\"wide\" has 1 columns and 2"));
        assert!(fault([ComponentSpec::state("still", &["a"]).steps(&[0])]).contains("\"still\" has a step"));
        assert!(fault([ComponentSpec::motion("place", 1).unsigned()]).contains("\"place\" has columns"));
        const TWICE: ComponentSpec = ComponentSpec::state("twice", &["a"]);
        assert!(fault([TWICE, TWICE]).contains("\"twice\" is declared twice"));
    }
}
