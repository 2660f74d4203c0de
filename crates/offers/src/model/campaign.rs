//! Campaigns: promotions that run for a time and share a budget.

use serde::{Deserialize, Serialize};
use tradewind_kernel::{Currency, Decimal, Error, Money, Result, Timestamp};

use super::Change;

/// Promotions that run for a time and share a budget.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id.
    pub id: String,
    /// What staff and their programs call it; no two campaigns share one.
    pub identifier: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: Option<String>,
    /// From when on its promotions may be used.
    pub starts_at: Option<Timestamp>,
    /// Until when they may be used.
    pub ends_at: Option<Timestamp>,
    /// What all its promotions may give together.
    pub budget: Option<Budget>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Campaign {
    /// What ids of campaigns begin with.
    pub const PREFIX: &'static str = "procamp";

    /// Whether it runs at this moment.
    #[must_use]
    pub fn is_running_at(&self, at: Timestamp) -> bool {
        self.starts_at.is_none_or(|start| start <= at) && self.ends_at.is_none_or(|end| at < end)
    }
}

/// What the promotions of a campaign may give together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Budget {
    /// Its id.
    pub id: String,
    /// What is counted.
    pub kind: BudgetKind,
    /// The most that may be given, of uses or in major units; anything when there is none.
    pub limit: Option<Decimal>,
    /// The currency of what is spent.
    pub currency: Option<Currency>,
    /// On whom it is counted, where each has a budget of their own.
    pub holder: Option<BudgetHolder>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Budget {
    /// What ids of budgets begin with.
    pub const PREFIX: &'static str = "probudg";

    /// The limit as it is counted: uses, or minor units. Fails when it is no whole number of them.
    pub fn most(&self) -> Result<Option<i64>> {
        let Some(limit) = self.limit else { return Ok(None) };
        let digits = match self.currency {
            Some(currency) if self.kind.is_spending() => currency.minor_digits(),
            _ => 0,
        };
        if limit <= Decimal::ZERO || limit.normalize().scale() > digits {
            let of = if digits == 0 { "a whole number".to_owned() } else { format!("at most {digits} decimals") };
            return Err(Error::invalid("budget.limit", format!("budget.limit must be above 0 and have {of}")));
        }
        let most = match self.currency {
            Some(currency) if self.kind.is_spending() => Money::round(limit, currency).ok().map(|money| money.minor),
            _ => i64::try_from(limit).ok(),
        };
        most.map(Some).ok_or_else(|| Error::invalid("budget.limit", "budget.limit is too large a number"))
    }

    /// A number that was counted, in the unit of the limit.
    #[must_use]
    pub fn shown(&self, counted: i64) -> Decimal {
        match self.currency {
            Some(currency) if self.kind.is_spending() => Money::from_minor(counted, currency).major(),
            _ => Decimal::from(counted),
        }
    }

    /// What a use that takes so much off takes from the budget; `None` for another currency than the budget's.
    #[must_use]
    pub fn taken_by(&self, amount: Money) -> Option<i64> {
        match self.kind.is_spending() {
            false => Some(1),
            true => (self.currency == Some(amount.currency)).then_some(amount.minor),
        }
    }
}

/// What a budget counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetKind {
    /// What is taken off, in one currency.
    Spend,
    /// Uses.
    Usage,
    /// Uses of each customer or e-mail address.
    UseByAttribute,
    /// What is taken off for each customer or e-mail address.
    SpendByAttribute,
}

impl BudgetKind {
    /// Whether money is counted, not uses.
    #[must_use]
    pub fn is_spending(self) -> bool {
        matches!(self, Self::Spend | Self::SpendByAttribute)
    }

    /// Whether each shopper has a budget of their own.
    #[must_use]
    pub fn is_shared_out(self) -> bool {
        matches!(self, Self::UseByAttribute | Self::SpendByAttribute)
    }
}

/// On whom a budget is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BudgetHolder {
    /// The customer.
    CustomerId,
    /// The e-mail address, whatever its case.
    CustomerEmail,
}

impl BudgetHolder {
    /// Whose budget it is, where that is known.
    #[must_use]
    pub fn of(self, customer_id: Option<&str>, email: Option<&str>) -> Option<String> {
        let holder = match self {
            Self::CustomerId => customer_id.map(str::to_owned),
            Self::CustomerEmail => email.map(|email| email.trim().to_lowercase()),
        };
        holder.filter(|holder| !holder.is_empty())
    }
}

/// A campaign to be made. An id may be given: imports keep theirs.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as in Campaign")]
pub struct NewCampaign {
    pub id: Option<String>,
    pub identifier: String,
    pub name: String,
    pub description: Option<String>,
    pub starts_at: Option<Timestamp>,
    pub ends_at: Option<Timestamp>,
    pub budget: Option<NewBudget>,
}

/// A budget to be made.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "named as in Budget")]
pub struct NewBudget {
    pub kind: BudgetKind,
    pub limit: Option<Decimal>,
    pub currency: Option<Currency>,
    pub holder: Option<BudgetHolder>,
}

/// What to change of a campaign.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "named as in Campaign")]
pub struct CampaignChange {
    pub identifier: Option<String>,
    pub name: Option<String>,
    pub description: Change<String>,
    pub starts_at: Change<Timestamp>,
    pub ends_at: Change<Timestamp>,
    /// The budget's limit.
    pub limit: Change<Decimal>,
}
