//! Price lists, promotions and campaigns, as plain values.

mod campaign;
mod price_list;
mod promotion;

use serde_json::{Map, Value};

pub use campaign::{Budget, BudgetHolder, BudgetKind, Campaign, CampaignChange, NewBudget, NewCampaign};
pub use price_list::{
    ListPrice, ListPriceChange, NewListPrice, NewPriceList, PriceList, PriceListChange, PriceListStatus,
};
pub use promotion::{
    Allocation, Method, MethodChange, NewMethod, NewPromotion, NewRule, Operator, Promotion, PromotionChange,
    PromotionKind, PromotionRule, PromotionStatus, RuleChange, RuleSet, Target, ValueKind,
};

/// What clients keep beside our own fields.
pub type Metadata = Option<Map<String, Value>>;

/// A field that is left alone (`None`), cleared (`Some(None)`) or set.
pub type Change<T> = Option<Option<T>>;

/// Sets what is to be changed.
pub(crate) fn set<T>(field: &mut T, change: Option<T>) {
    if let Some(value) = change {
        *field = value;
    }
}
