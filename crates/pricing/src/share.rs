//! Sharing whole minor units without losing or inventing one.

use tradewind_kernel::{Decimal, Money};

/// Shares an amount among lines in proportion to what they cost: see [`share_by_weight`].
#[must_use]
pub fn share(amount: Money, weights: &[Decimal]) -> Vec<Money> {
    let millionths = Decimal::from(1_000_000);
    let whole = |weight: &Decimal| {
        let scaled = weight.checked_mul(millionths).and_then(|scaled| i64::try_from(scaled.round()).ok());
        scaled.unwrap_or(i64::MAX / 1024)
    };
    let weights: Vec<i64> = weights.iter().map(whole).collect();
    let shares = share_by_weight(amount.minor, &weights);
    shares.into_iter().map(|minor| Money::from_minor(minor, amount.currency)).collect()
}

/// Shares `amount` in proportion to `weights` by the largest remainder; of equal remainders the earlier gets the unit. The
/// shares add up to `amount` exactly. Where all weights are zero the shares are equal, the earlier ones first.
///
/// Negative weights count as zero. Method: Hamilton's, also called largest remainder.
#[must_use]
pub fn share_by_weight(amount: i64, weights: &[i64]) -> Vec<i64> {
    if weights.is_empty() {
        return Vec::new();
    }
    let mut weights: Vec<i128> = weights.iter().map(|weight| i128::from((*weight).max(0))).collect();
    if weights.iter().all(|weight| *weight == 0) {
        weights.fill(1);
    }
    let total: i128 = weights.iter().sum();
    let amount = i128::from(amount);
    let (sign, size) = (amount.signum(), amount.abs());
    let mut shares: Vec<i128> = weights.iter().map(|weight| size * weight / total).collect();
    let left = usize::try_from(size - shares.iter().sum::<i128>()).unwrap_or(0);
    let mut by_remainder: Vec<usize> = (0..weights.len()).collect();
    // Stable: equal remainders keep the order of the lines.
    by_remainder.sort_by_key(|&index| std::cmp::Reverse(size * weights[index] % total));
    for &index in by_remainder.iter().take(left) {
        shares[index] += 1;
    }
    shares.into_iter().map(|share| i64::try_from(share * sign).unwrap_or(i64::MAX)).collect()
}
