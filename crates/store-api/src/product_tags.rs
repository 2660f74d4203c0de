//! `/store/product-tags`: the words products are marked with.

use axum::extract::State;
use tradewind_catalog::{ProductFilter, Tag, Taxonomy};
use tradewind_http::{Answer, Obj};
use tradewind_kernel::Timestamp;

use crate::Shop;
use crate::terms::{self, Term};
use crate::view::term;
use crate::visit::Visit;

impl Term for Tag {
    const NAMES: (&'static str, &'static str) = ("product_tag", "product_tags");
    const CALLED: &'static str = "Product tag";
    const TEXT: &'static str = "value";
    const STUBS: &'static [&'static str] = &["type", "collection"];

    fn all(taxonomy: &Taxonomy) -> &[Self] {
        taxonomy.tags()
    }

    fn with_id<'a>(taxonomy: &'a Taxonomy, id: &str) -> Option<&'a Self> {
        taxonomy.tag(id)
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
        ProductFilter { tag_ids: vec![self.id.0.clone()], ..ProductFilter::default() }
    }

    fn write(&self, obj: &mut Obj<'_>) {
        term::tag(obj, self);
    }
}

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    terms::list::<Tag>(shop, visit).await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    terms::one::<Tag>(shop, visit).await
}
