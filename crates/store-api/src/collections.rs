//! `/store/collections`: products that belong together.

use axum::extract::State;
use tradewind_catalog::{Collection, ProductFilter, Taxonomy};
use tradewind_http::{Answer, Obj};
use tradewind_kernel::Timestamp;

use crate::Shop;
use crate::terms::{self, Term};
use crate::view::term;
use crate::visit::Visit;

impl Term for Collection {
    const NAMES: (&'static str, &'static str) = ("collection", "collections");
    const CALLED: &'static str = "Collection";
    const TEXT: &'static str = "title";
    const STUBS: &'static [&'static str] = &["type"];

    fn all(taxonomy: &Taxonomy) -> &[Self] {
        taxonomy.collections()
    }

    fn with_id<'a>(taxonomy: &'a Taxonomy, id: &str) -> Option<&'a Self> {
        taxonomy.collection(id)
    }

    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn text(&self) -> &str {
        &self.title
    }

    fn handle(&self) -> Option<&str> {
        Some(&self.handle)
    }

    fn external_id(&self) -> Option<&str> {
        self.external_id.as_deref()
    }

    fn times(&self) -> (Timestamp, Timestamp) {
        (self.created_at, self.updated_at)
    }

    fn filter(&self) -> ProductFilter {
        ProductFilter { collection_ids: vec![self.id.0.clone()], ..ProductFilter::default() }
    }

    fn write(&self, obj: &mut Obj<'_>) {
        term::collection(obj, self);
    }
}

pub(crate) async fn list(State(shop): State<Shop>, visit: Visit) -> Answer {
    terms::list::<Collection>(shop, visit).await
}

pub(crate) async fn one(State(shop): State<Shop>, visit: Visit) -> Answer {
    terms::one::<Collection>(shop, visit).await
}
