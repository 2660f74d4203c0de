//! Long lists read from every shard at once, in one order, with a few rows of each in memory.

use std::collections::VecDeque;

use tradewind_kernel::Result;

/// Rows of all shards in the order of a key that no two rows share. Whoever reads it keeps at most a chunk of each shard.
pub struct Merged<K, T> {
    parts: Vec<Part<K, T>>,
}

/// What was read of one shard and not handed out yet.
struct Part<K, T> {
    waiting: VecDeque<(K, T)>,
    last: K,
    is_over: bool,
}

impl<K: Ord + Clone, T> Merged<K, T> {
    /// The rows behind this key, of so many shards.
    #[must_use]
    pub fn after(key: &K, shards: usize) -> Self {
        let part = || Part { waiting: VecDeque::new(), last: key.clone(), is_over: false };
        Self { parts: std::iter::repeat_with(part).take(shards).collect() }
    }

    /// The next `limit` rows; fewer, or none, at the end. `read` answers with the first `limit` rows behind a key that the
    /// shard at this place has, in the order of their keys.
    pub async fn next<F>(&mut self, limit: usize, read: impl Fn(usize, K) -> F + Send) -> Result<Vec<T>>
    where
        F: Future<Output = Result<Vec<(K, T)>>> + Send,
    {
        let mut rows = Vec::with_capacity(limit);
        while rows.len() < limit {
            for (shard, part) in self.parts.iter_mut().enumerate() {
                if part.waiting.is_empty() && !part.is_over {
                    let chunk = read(shard, part.last.clone()).await?;
                    part.is_over = chunk.len() < limit;
                    if let Some((key, _)) = chunk.last() {
                        part.last = key.clone();
                    }
                    part.waiting = chunk.into();
                }
            }
            let filled = self.parts.iter_mut().filter(|part| !part.waiting.is_empty());
            let Some(first) = filled.min_by(|a, b| a.head().cmp(&b.head())) else { break };
            rows.extend(first.waiting.pop_front().map(|(_, row)| row));
        }
        Ok(rows)
    }
}

impl<K, T> Part<K, T> {
    fn head(&self) -> Option<&K> {
        self.waiting.front().map(|(key, _)| key)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read_all(shards: &[Vec<u32>], limit: usize) -> Vec<u32> {
        let mut merged = Merged::<u32, u32>::after(&0, shards.len());
        let mut all = Vec::new();
        loop {
            let next = merged.next(limit, |shard, after| {
                let behind = shards[shard].iter().filter(move |row| **row > after).take(limit);
                std::future::ready(Ok(behind.map(|row| (*row, *row)).collect()))
            });
            let rows = futures::executor::block_on(next).unwrap_or_default();
            assert!(rows.len() <= limit);
            if rows.is_empty() {
                return all;
            }
            all.extend(rows);
        }
    }

    proptest! {
        #[test]
        fn the_rows_of_all_shards_come_in_one_order_and_once(
            shards in proptest::collection::vec(proptest::collection::btree_set(1..500_u32, 0..40), 1..5),
            limit in 1..9_usize,
        ) {
            // A row lives in one shard.
            let count = u32::try_from(shards.len()).unwrap_or(1);
            let shards: Vec<Vec<u32>> = shards
                .iter()
                .zip(0..)
                .map(|(rows, shard)| rows.iter().map(|row| row * count + shard).collect())
                .collect();
            let mut expected: Vec<u32> = shards.concat();
            expected.sort_unstable();
            prop_assert_eq!(read_all(&shards, limit), expected);
        }
    }
}
