//! What each page shows, as plain values: views hold text that is ready to read, and no rule of the trade.

mod account;
mod cart;
mod checkout;
mod form;
mod home;
mod listing;
mod order;
mod picture;
mod product;
mod prose;
mod shell;
mod sitemap;
pub mod structured_data;

pub use account::{
    AccountPage, AddressCard, AddressPage, AddressesPage, DecisionPage, DetailsPage, ForgottenPasswordPage,
    NewPasswordPage, OrdersPage, RegisterPage, SecondFactorPage, SignInPage,
};
pub use cart::{CartLine, CartPage, Codes, GivenCode, Totals, TotalsRow};
pub use checkout::{AddressForm, CheckoutPage, DeliveryChoice, DeliveryGroup, PaymentChoice};
pub use form::{Choice, Field, FieldError, FieldKind, SelectField};
pub use home::{Feature, Hero, HomePage, Porthole};
pub use listing::{AppliedFilter, FilterGroup, FilterOption, ListingPage, Pager, SearchBox, Suggestions};
pub use order::{ConfirmationPage, LookUpPage, OrderDetails, OrderLine, OrderPage, OrderRow};
pub use picture::{Picture, PictureSource, WIDTHS_PX};
pub use product::{Fact, OptionGroup, OptionValue, ProductPage, Selection};
pub use prose::{ProblemPage, ProsePage};
pub use shell::{Crumb, Head, Link, Notice, Price, ProductCard, RegionChoice, Shell, Shop, Stock, Tone, Visitor};
pub use sitemap::{Robots, Sitemap, SitemapEntry, SitemapIndex};
