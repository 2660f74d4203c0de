//! `/store/product-types`: what products are.

use axum::extract::State;
use tradewind_catalog::{ProductFilter, ProductType, Taxonomy};
use tradewind_http::{Answer, Obj};
use tradewind_kernel::Timestamp;

use crate::Shop;
use crate::terms::{self, Term};
use crate::view::term;
use crate::visit::Visit;

impl Term for ProductType {
    const NAMES: (&'static str, &'static str) = ("product_type", "product_types");
    const CALLED: &'static str = "Product type";
    const TEXT: &'static str = "value";
    const STUBS: &'static [&'static str] = &["collection"];

    fn all(taxonomy: &Taxonomy) -> &[Self] {
        taxonomy.types()
    }

    fn with_id<'a>(taxonomy: &'a Taxonomy, id: &str) -> Option<&'a Self> {
        taxonomy.product_type(id)
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn text(&self) -> &str {
        &self.value
    }

    fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }

    fn filter(&self) -> ProductFilter {
        ProductFilter { type_ids: vec![self.id.0.clone()], ..ProductFilter::default() }
    }

    fn write(&self, obj: &mut Obj<'_>) {
        term::product_type(obj, self);
    }
}

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    terms::list::<ProductType>(shop, visit).await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    terms::one::<ProductType>(shop, visit).await
}
