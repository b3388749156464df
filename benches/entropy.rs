//! How few bytes the same news could take: the order-0 entropy of what changes between two states of a mirror.
//!
//! News are split into streams of like symbols, as frames are into columns: for each component the gaps between the ids of
//! rows that are not as expected, and for each column what a relative frame tells of it; for newcomers the values. A stream costs its symbols times the entropy
//! of their distribution over the whole run: what an ideal coder needs that knows each distribution beforehand, forgets what
//! came before, and gets headers, counts and events for nothing.

use std::collections::{BTreeMap, BTreeSet};

use wire::{ComponentSpec, EntityId, Mirror, Schema};

/// A stream of symbols.
#[derive(Clone, Default, Debug)]
struct Stream(BTreeMap<i32, u64>);

impl Stream {
    fn push(&mut self, symbol: i32) {
        *self.0.entry(symbol).or_default() += 1;
    }

    /// Bits of all symbols together.
    fn bits(&self) -> f64 {
        let all = self.0.values().sum::<u64>() as f64;
        self.0.values().map(|count| *count as f64 * (all / *count as f64).log2()).sum()
    }
}

/// The streams of one component.
#[derive(Clone, Default, Debug)]
struct Component {
    changed: Stream,
    removed: Stream,
    differences: Vec<Stream>,
    fresh: Vec<Stream>,
}

/// Collects what changes from state to state.
#[derive(Clone, Debug)]
pub struct News {
    schema: &'static Schema,
    entered: Stream,
    left: Stream,
    components: Vec<Component>,
    /// Entities that came or changed otherwise than expected, summed over states.
    pub told: u64,
}

/// Ids as gaps, in ascending order.
struct Gaps<'a>(&'a mut Stream, u32);

impl Gaps<'_> {
    fn push(&mut self, id: EntityId) {
        self.0.push((id.0 - self.1) as i32);
        self.1 = id.0 + 1;
    }
}

impl News {
    /// Of states of this schema.
    #[must_use]
    pub fn new(schema: &'static Schema) -> Self {
        let streams = |columns: &[&str]| columns.iter().map(|_| Stream::default()).collect::<Vec<_>>();
        let component = |spec: &ComponentSpec| Component {
            differences: streams(spec.columns),
            fresh: streams(spec.columns),
            ..Component::default()
        };
        let components = schema.components.iter().map(component).collect();
        let (entered, left) = (Stream::default(), Stream::default());
        Self { schema, entered, left, components, told: 0 }
    }

    /// Notes what leads from one state to the next.
    pub fn note(&mut self, before: &Mirror, now: &Mirror) {
        let ticks = now.tick().zip(before.tick()).map_or(0, |(now, before)| now.since(before));
        let fresh: Vec<EntityId> = now.last().entered.clone();
        let stays = |id: &EntityId| fresh.binary_search(id).is_err();
        let mut gaps = Gaps(&mut self.entered, 0);
        fresh.iter().for_each(|id| gaps.push(*id));
        let mut gaps = Gaps(&mut self.left, 0);
        now.last().left.iter().for_each(|id| gaps.push(*id));
        let mut told = BTreeSet::new();
        for (place, component) in self.components.iter_mut().enumerate() {
            let Component { changed, removed, differences, fresh } = component;
            let (mut changed, mut removed) = (Gaps(changed, 0), Gaps(removed, 0));
            let spec = &self.schema.components[place];
            for id in now.ids() {
                let then = before.get(id, place).filter(|_| stays(&id)).map(|row| moved_on(spec, row, ticks));
                match (then, now.get(id, place)) {
                    (then, now) if then.as_deref() == now => continue,
                    (Some(_), None) => removed.push(id),
                    (Some(then), Some(now)) => {
                        changed.push(id);
                        let mut values = vec![0; now.len()];
                        wire::relative(spec, now, &then, &mut values);
                        differences.iter_mut().zip(values).for_each(|(stream, value)| stream.push(value));
                    }
                    (None, Some(now)) => {
                        changed.push(id);
                        fresh.iter_mut().zip(now).for_each(|(stream, value)| stream.push(*value));
                    }
                    (None, None) => {}
                }
                told.insert(id);
            }
        }
        self.told += told.len() as u64;
    }

    /// Bytes that all news could take.
    #[must_use]
    pub fn bytes(&self) -> f64 {
        let part = |component: &Component| {
            let Component { changed, removed, differences, fresh } = component;
            let lists = [changed, removed].into_iter().chain(differences).chain(fresh);
            lists.map(Stream::bits).sum::<f64>()
        };
        (self.entered.bits() + self.left.bits() + self.components.iter().map(part).sum::<f64>()) / 8.0
    }
}

/// A row as a client expects it after so many ticks without news.
fn moved_on(spec: &ComponentSpec, row: &[i32], ticks: u32) -> Vec<i32> {
    let mut row = row.to_vec();
    if spec.is_motion() {
        for column in [0, 1] {
            row[column] = row[column].wrapping_add(row[column + 2].wrapping_mul(ticks as i32));
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_costs_nothing_when_it_is_certain_and_a_bit_when_it_is_a_coin() {
        let mut stream = Stream::default();
        (0..1_000).for_each(|_| stream.push(7));
        assert_eq!(stream.bits(), 0.0);
        (0..1_000).for_each(|_| stream.push(-7));
        assert_eq!(stream.bits(), 2_000.0);
    }
}
