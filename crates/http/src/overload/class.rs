//! What a request is to the shop when not everything can be answered: the classes, and what belongs to which.

use http::Method;

/// The classes, the most urgent first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// What belongs to a cart that is there: whoever has begun is let through to the order.
    Checkout,
    /// A new cart. It brings half a dozen requests after it, so it is the place to say no.
    NewCart,
    /// Looking around, accounts, and the work of staff.
    Browse,
    /// Lists and exports of staff, which may be long.
    Report,
}

impl Class {
    /// All of them, the most urgent first.
    pub const ALL: [Self; 4] = [Self::Checkout, Self::NewCart, Self::Browse, Self::Report];

    /// The class of a request to the route with this path template; `None` is never limited.
    #[must_use]
    pub fn of(method: &Method, route: &str) -> Option<Self> {
        if matches!(route, "/health" | "/metrics") {
            return None;
        }
        let is_post = method == Method::POST;
        if is_post && matches!(route, "/store/carts" | "/cart/lines") {
            return Some(Self::NewCart);
        }
        const OF_A_CART: [&str; 8] = [
            "/store/carts/",
            "/store/payment-collections",
            "/store/payment-providers",
            "/store/shipping-options",
            "/store/orders/{id}",
            "/hooks/payment/",
            "/cart",
            "/checkout",
        ];
        if OF_A_CART.iter().any(|beginning| route.starts_with(beginning)) || route == "/orders/{id}/confirmation" {
            return Some(Self::Checkout);
        }
        let is_admin = route.starts_with("/admin/");
        let is_read = method == Method::GET || method == Method::HEAD;
        Some(if is_admin && (is_read || route.ends_with("/export")) { Self::Report } else { Self::Browse })
    }

    /// Its name in metrics.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Checkout => "checkout",
            Self::NewCart => "new_cart",
            Self::Browse => "browse",
            Self::Report => "report",
        }
    }

    /// How many of all places, in hundredths, may be taken when one of this class comes in. What is left is kept free for
    /// the more urgent.
    pub(super) fn share_percent(self) -> usize {
        match self {
            Self::Checkout => 100,
            Self::NewCart => 75,
            Self::Browse => 60,
            Self::Report => 25,
        }
    }

    /// How many of those who may wait for a place, in hundredths, may be of this class. Whoever has begun to buy is waited for: what they
    /// did so far would be lost. A new cart has lost nothing, and hears at once that it must come again.
    pub(super) fn waiting_percent(self) -> usize {
        match self {
            Self::Checkout => 100,
            Self::NewCart => 3,
            Self::Browse => 25,
            Self::Report => 12,
        }
    }

    /// Whether the time to its answers says how the store is: each of them writes, and none asks anybody over the network, as
    /// completions may.
    pub(super) fn is_measured(self) -> bool {
        self == Self::NewCart
    }
}
