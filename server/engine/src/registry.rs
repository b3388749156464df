//! Which component type stands behind each place of a game's schema.

use bevy_ecs::prelude::World;
use wire::Schema;

use crate::capture::{Captor, Columns, ComponentCaptor, Replicate};

/// Collects the component types of a game.
pub struct Registry {
    schema: &'static Schema,
    captors: Vec<Option<Box<dyn Captor>>>,
}

impl Registry {
    pub(crate) fn new(schema: &'static Schema) -> Self {
        schema.validate().unwrap_or_else(|reason| panic!("invalid schema: {reason}"));
        Self { schema, captors: schema.components.iter().map(|_| None).collect() }
    }

    /// Names the type behind its place.
    ///
    /// # Panics
    /// When the schema has no such place, or another number of columns there, or the place is taken: mistakes in the game,
    /// found at start-up.
    pub fn component<C: Replicate>(&mut self) -> &mut Self {
        let name = std::any::type_name::<C>();
        let place = C::PLACE;
        let Some(entry) = self.captors.get_mut(place) else {
            panic!("{name} is at place {place}, the schema has {} components", self.schema.components.len());
        };
        assert!(
            entry.is_none(),
            "place {place} ({}) has two types, one of them {name}",
            self.schema.components[place].name
        );
        let spec = &self.schema.components[place];
        let (has, wants) = (<C::Columns as Columns>::LEN, spec.columns.len());
        assert!(has == wants, "{name} has {has} columns, component {:?} of the schema {wants}", spec.name);
        *entry = Some(Box::new(ComponentCaptor::<C>::default()));
        self
    }

    /// One captor for each place, in order. Panics, naming the component, where the game has registered none.
    pub(crate) fn into_captors(self, world: &mut World) -> Vec<Box<dyn Captor>> {
        let schema = self.schema;
        let named = self.captors.into_iter().enumerate().map(|(place, captor)| {
            let mut captor = captor
                .unwrap_or_else(|| panic!("no type is registered for component {:?}", schema.components[place].name));
            captor.prepare(world);
            captor
        });
        named.collect()
    }
}
