//! The components that players see as the columns of [`messages::schema`].

use engine::Replicate;
use messages::schema;

use crate::components::{Deposit, Health, Position, Queue, Rally, Site, Task, Unit};

impl Replicate for Unit {
    const PLACE: usize = schema::UNIT;
    type Columns = [i32; 2];

    fn columns(&self) -> [i32; 2] {
        [self.kind as i32, self.owner]
    }
}

impl Replicate for Position {
    const PLACE: usize = schema::POSITION;
    type Columns = [i32; 4];

    fn columns(&self) -> [i32; 4] {
        [self.at.x, self.at.y, self.velocity.x, self.velocity.y]
    }
}

impl Replicate for Health {
    const PLACE: usize = schema::HEALTH;
    type Columns = [i32; 1];

    fn columns(&self) -> [i32; 1] {
        [self.0]
    }
}

impl Replicate for Task {
    const PLACE: usize = schema::TASK;
    type Columns = [i32; 2];

    fn columns(&self) -> [i32; 2] {
        [self.doing as i32, self.cargo]
    }
}

impl Replicate for Site {
    const PLACE: usize = schema::SITE;
    type Columns = [i32; 1];

    fn columns(&self) -> [i32; 1] {
        [self.done * 1000 / self.needed.max(1)]
    }
}

impl Replicate for Deposit {
    const PLACE: usize = schema::DEPOSIT;
    type Columns = [i32; 1];

    fn columns(&self) -> [i32; 1] {
        [self.0]
    }
}

impl Replicate for Queue {
    const PLACE: usize = schema::QUEUE;
    type Columns = [i32; 3];

    fn columns(&self) -> [i32; 3] {
        let kind = self.kinds.first().copied();
        let ticks = kind.map_or(1, |kind| kind.stats().ticks.max(1));
        [kind.map_or(0, |kind| kind as i32), self.kinds.len() as i32, (self.done * 1000 / ticks).min(1000)]
    }
}

impl Replicate for Rally {
    const PLACE: usize = schema::RALLY;
    type Columns = [i32; 2];

    fn columns(&self) -> [i32; 2] {
        [self.0.x, self.0.y]
    }
}
