//! What a game may declare, and what it is told when it declares it wrongly.

use std::panic::catch_unwind;

use bevy_ecs::prelude::{Component, World};
use wire::{ComponentSpec, Schema};

use crate::shadow::Shadow;
use crate::{Registry, Replicate};

#[derive(Component)]
struct Pair(i32, i32);

impl Replicate for Pair {
    const PLACE: usize = 0;
    type Columns = [i32; 2];
    fn columns(&self) -> [i32; 2] {
        [self.0, self.1]
    }
}

static RIGHT: Schema = Schema { components: &[ComponentSpec::state("pair", &["a", "b"])], seat: &[] };
static SHORT: Schema = Schema { components: &[ComponentSpec::state("short", &["a"])], seat: &[] };
static MISSING: Schema = Schema {
    components: &[ComponentSpec::state("pair", &["a", "b"]), ComponentSpec::state("orphan", &["a"])],
    seat: &[],
};
static INVALID: Schema = Schema { components: &[ComponentSpec::state("blank", &[])], seat: &[] };

/// What a game with this schema is told at start-up; `None` when nothing is wrong.
fn complaint(schema: &'static Schema, times: usize) -> Option<String> {
    let start = move || {
        let mut registry = Registry::new(schema);
        (0..times).for_each(|_| _ = registry.component::<Pair>());
        registry.into_captors(&mut World::new()).len()
    };
    catch_unwind(start).err().map(|panic| *panic.downcast::<String>().expect("a message"))
}

#[test]
fn a_mistake_in_a_declaration_stops_the_start_and_names_the_component() {
    assert_eq!(complaint(&RIGHT, 1), None);
    let told = |schema, times, words: &[&str]| {
        let told = complaint(schema, times).expect("it must not start");
        assert!(words.iter().all(|word| told.contains(word)), "{told:?} lacks one of {words:?}");
    };
    told(&SHORT, 1, &["Pair has 2 columns", "\"short\" of the schema 1"]);
    told(&MISSING, 1, &["\"orphan\""]);
    told(&RIGHT, 2, &["Pair", "pair"]);
    told(&INVALID, 0, &["\"blank\" has 0 columns"]);
}

#[test]
fn values_are_replicated_in_steps_to_the_nearest() {
    static SPEC: ComponentSpec = ComponentSpec::state("coarse", &["a", "b", "c", "d"]).steps(&[1, 10, 10, 4]);
    let shadow = Shadow::new(0, &SPEC);
    let mut room = [0; wire::schema::MAX_COLUMNS];
    assert_eq!(shadow.quantized(&[7, 14, 15, -6], &mut room), [7, 1, 2, -1]);
    assert_eq!(shadow.quantized(&[i32::MIN, i32::MAX, i32::MIN, 0], &mut room)[1], 214_748_365);
}
