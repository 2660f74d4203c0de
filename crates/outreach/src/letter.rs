//! What a mail is about, as plain values.

use std::fmt;

use tradewind_kernel::{Money, Secret};

/// The mails there are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// To a new customer.
    Welcome,
    /// The receipt of an order.
    OrderPlaced,
    /// A parcel was sent.
    OrderShipped,
    /// Money was given back.
    OrderRefunded,
    /// An order was called off.
    OrderCanceled,
    /// The link by which a new password is set.
    PasswordReset,
    /// The link by which an e-mail address is proved.
    EmailVerification,
    /// The link by which somebody joins the staff.
    StaffInvitation,
    /// The link by which an order goes over to a customer, or does not.
    OrderTransfer,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Welcome,
        Self::OrderPlaced,
        Self::OrderShipped,
        Self::OrderRefunded,
        Self::OrderCanceled,
        Self::PasswordReset,
        Self::EmailVerification,
        Self::StaffInvitation,
        Self::OrderTransfer,
    ];

    /// Its name: `order-placed`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Welcome => "welcome",
            Self::OrderPlaced => "order-placed",
            Self::OrderShipped => "order-shipped",
            Self::OrderRefunded => "order-refunded",
            Self::OrderCanceled => "order-canceled",
            Self::PasswordReset => "password-reset",
            Self::EmailVerification => "email-verification",
            Self::StaffInvitation => "staff-invitation",
            Self::OrderTransfer => "order-transfer",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A mail and what it has to know.
#[derive(Clone, Debug)]
pub enum Letter {
    /// To a new customer.
    Welcome {
        /// To be greeted by.
        first_name: Option<String>,
    },
    /// The receipt of an order.
    OrderPlaced(Box<OrderFacts>),
    /// A parcel was sent.
    OrderShipped {
        /// The order.
        order: OrderName,
        /// What is in the parcel; its amounts are not told.
        lines: Vec<OrderLine>,
        /// How it can be followed.
        tracking: Vec<Tracking>,
        /// Where it goes, line by line.
        address: Vec<String>,
    },
    /// Money was given back.
    OrderRefunded {
        /// The order.
        order: OrderName,
        /// How much.
        amount: Money,
    },
    /// An order was called off.
    OrderCanceled {
        /// The order.
        order: OrderName,
    },
    /// The link by which a new password is set.
    PasswordReset {
        /// Whether the person is staff: they have other pages than customers.
        is_staff: bool,
        /// What proves that the mail was read.
        token: Secret,
    },
    /// The link by which an e-mail address is proved.
    EmailVerification {
        /// Whether the person is staff: they have other pages than customers.
        is_staff: bool,
        /// What proves that the mail was read.
        token: Secret,
    },
    /// The link by which somebody joins the staff.
    StaffInvitation {
        /// What proves that the mail was read.
        token: Secret,
    },
    /// The link by which an order goes over to a customer, or does not.
    OrderTransfer {
        /// The order.
        order: OrderName,
        /// What proves that the mail was read.
        token: Secret,
    },
}

impl Letter {
    /// Which of the mails it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Welcome { .. } => Kind::Welcome,
            Self::OrderPlaced(_) => Kind::OrderPlaced,
            Self::OrderShipped { .. } => Kind::OrderShipped,
            Self::OrderRefunded { .. } => Kind::OrderRefunded,
            Self::OrderCanceled { .. } => Kind::OrderCanceled,
            Self::PasswordReset { .. } => Kind::PasswordReset,
            Self::EmailVerification { .. } => Kind::EmailVerification,
            Self::StaffInvitation { .. } => Kind::StaffInvitation,
            Self::OrderTransfer { .. } => Kind::OrderTransfer,
        }
    }
}

/// How an order is called.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderName {
    /// Its id.
    pub id: String,
    /// Its number.
    pub display_id: i64,
}

/// What a receipt says. The lines, the shipping, less what was paid otherwise, are the total.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderFacts {
    /// The order.
    pub name: OrderName,
    /// What was bought.
    pub lines: Vec<OrderLine>,
    /// What is paid for the shipping.
    pub shipping: Money,
    /// By gift cards and the like.
    pub paid_otherwise: Money,
    /// What is paid.
    pub total: Money,
    /// The taxes in it.
    pub taxes: Money,
    /// What was taken off.
    pub saved: Money,
    /// How it is sent.
    pub shipping_method: Option<String>,
    /// Where it goes, line by line.
    pub address: Vec<String>,
}

/// A line of an order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrderLine {
    /// What it is called.
    pub title: String,
    /// What tells it from its siblings.
    pub variant: Option<String>,
    /// A picture: an address, or a path in the shop.
    pub picture: Option<String>,
    /// How many.
    pub quantity: i64,
    /// What is paid for all of them.
    pub total: Money,
}

/// How a parcel can be followed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Tracking {
    /// The carrier's number.
    pub number: String,
    /// The carrier's page.
    pub url: Option<String>,
}
