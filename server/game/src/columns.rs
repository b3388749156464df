//! The components that players see as the columns of [`messages::schema`].

use engine::Replicate;
use messages::schema;

use crate::components::{Deposit, Health, Position, Queue, Rally, Site, Task, Unit};

impl Replicate for Unit {
    const PLACE: usize = schema::UNIT;

    fn columns(&self, out: &mut [i32]) {
        out.copy_from_slice(&[self.kind as i32, self.owner]);
    }
}

impl Replicate for Position {
    const PLACE: usize = schema::POSITION;

    fn columns(&self, out: &mut [i32]) {
        out.copy_from_slice(&[self.0.x, self.0.y]);
    }
}

impl Replicate for Health {
    const PLACE: usize = schema::HEALTH;

    fn columns(&self, out: &mut [i32]) {
        out[0] = self.0;
    }
}

impl Replicate for Task {
    const PLACE: usize = schema::TASK;

    fn columns(&self, out: &mut [i32]) {
        out.copy_from_slice(&[self.doing as i32, self.cargo]);
    }
}

impl Replicate for Site {
    const PLACE: usize = schema::SITE;

    fn columns(&self, out: &mut [i32]) {
        out[0] = self.done * 1000 / self.needed.max(1);
    }
}

impl Replicate for Deposit {
    const PLACE: usize = schema::DEPOSIT;

    fn columns(&self, out: &mut [i32]) {
        out[0] = self.0;
    }
}

impl Replicate for Queue {
    const PLACE: usize = schema::QUEUE;

    fn columns(&self, out: &mut [i32]) {
        let kind = self.kinds.first().copied();
        let ticks = kind.map_or(1, |kind| kind.stats().ticks.max(1));
        out.copy_from_slice(&[
            kind.map_or(0, |kind| kind as i32),
            self.kinds.len() as i32,
            (self.done * 1000 / ticks).min(1000),
        ]);
    }
}

impl Replicate for Rally {
    const PLACE: usize = schema::RALLY;

    fn columns(&self, out: &mut [i32]) {
        out.copy_from_slice(&[self.0.x, self.0.y]);
    }
}
