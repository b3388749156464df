//! Circles in a directed graph.

use std::collections::{BTreeMap, BTreeSet};

/// Who imports whom.
pub(super) type Graph = BTreeMap<String, BTreeSet<String>>;

/// One circle for every group of files that reach one another, as the path around it; the first name is the last again.
pub(super) fn circles(graph: &Graph) -> Vec<Vec<String>> {
    let mut found: Vec<Vec<String>> = Vec::new();
    let mut told: BTreeSet<&str> = BTreeSet::new();
    for start in graph.keys() {
        if told.contains(start.as_str()) {
            continue;
        }
        let Some(circle) = shortest_circle(graph, start) else { continue };
        for name in &circle {
            told.extend(graph.get_key_value(name).map(|(key, _)| key.as_str()));
        }
        found.push(circle);
    }
    found
}

/// The shortest way from `start` back to `start`, found breadth first.
fn shortest_circle(graph: &Graph, start: &str) -> Option<Vec<String>> {
    let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(here) = queue.pop_front() {
        for next in graph.get(here).into_iter().flatten() {
            if next == start {
                let mut way = vec![start.to_owned(), here.to_owned()];
                let mut at = here;
                while at != start {
                    at = came_from.get(at)?;
                    way.push(at.to_owned());
                }
                if here == start {
                    way.truncate(2);
                }
                way.reverse();
                return Some(way);
            }
            if !came_from.contains_key(next.as_str()) {
                came_from.insert(next, here);
                queue.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn graph(edges: &[(&str, &str)]) -> Graph {
        let mut graph = Graph::new();
        for (from, to) in edges {
            graph.entry((*from).to_owned()).or_default().insert((*to).to_owned());
            graph.entry((*to).to_owned()).or_default();
        }
        graph
    }

    #[test]
    fn a_circle_is_told_once_and_in_order() {
        let found = circles(&graph(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("e", "a")]));
        assert_eq!(found, [["a", "b", "c", "a"]]);
    }

    #[test]
    fn a_diamond_is_no_circle() {
        assert!(circles(&graph(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")])).is_empty());
    }
}
