//! Sample values for every page, shared by `sample_pages` and the page tests.

mod account;
mod catalogue;
mod purchase;

use std::sync::Arc;

use askama::Template;
use tradewind_storefront::views::*;

const ORIGIN: &str = "https://shop.example";

/// Every page: file name and HTML.
pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("home", render(catalogue::home())),
        ("category", render(catalogue::category())),
        ("search", render(catalogue::search())),
        ("search-empty", render(catalogue::search_empty())),
        ("product", render(catalogue::product())),
        ("product-sold-out", render(catalogue::product_sold_out())),
        ("cart", render(purchase::cart())),
        ("cart-empty", render(purchase::cart_empty())),
        ("checkout", render(purchase::checkout())),
        ("checkout-errors", render(purchase::checkout_errors())),
        ("confirmation", render(purchase::confirmation())),
        ("sign-in", render(account::sign_in())),
        ("register", render(account::register())),
        ("forgotten-password", render(account::forgotten(false))),
        ("forgotten-password-sent", render(account::forgotten(true))),
        ("new-password", render(account::new_password())),
        ("account", render(account::account())),
        ("account-empty", render(account::account_empty())),
        ("account-orders", render(account::account_orders())),
        ("account-order", render(account::account_order())),
        ("account-addresses", render(account::account_addresses())),
        ("account-address", render(account::account_address())),
        ("account-details", render(account::account_details())),
        ("look-up", render(purchase::look_up())),
        ("terms", render(terms())),
        ("not-found", render(not_found())),
        ("failed", render(failed())),
    ]
}

fn render(page: impl Template) -> String {
    page.render().expect("the page renders")
}

fn shell(path: &str, title: &str, indexed: bool) -> Shell {
    let names = ["Ships", "Winds", "Waves", "Maps", "Stars", "Harbours"];
    Shell {
        shop: Arc::new(Shop {
            name: "Tradewind Prints".to_owned(),
            description: "Pictures of ships, winds and far coasts, drawn by rules and chance, printed on cotton paper."
                .to_owned(),
            goods: "prints".to_owned(),
            pages: [("Returns", "/returns"), ("Terms", "/terms"), ("Imprint", "/imprint")]
                .iter()
                .map(|(label, href)| Link::new(*label, *href))
                .collect(),
            notice: "This is a demonstration shop. Nothing is charged and nothing is shipped.".to_owned(),
            categories: names.iter().map(|name| Link::new(*name, category_path(name))).collect(),
            collections: ["Atlantic", "Night Watch", "Trade Winds", "Small Harbours"]
                .iter()
                .map(|name| Link::new(*name, format!("/collections/{}", name.to_lowercase().replace(' ', "-"))))
                .collect(),
            regions: vec![
                RegionChoice { id: "reg_eu".to_owned(), name: "Europe".to_owned(), currency: "EUR".to_owned() },
                RegionChoice { id: "reg_us".to_owned(), name: "United States".to_owned(), currency: "USD".to_owned() },
            ],
        }),
        visitor: Visitor {
            region_id: "reg_eu".to_owned(),
            region_name: "Europe".to_owned(),
            currency: "EUR".to_owned(),
            price_note: "Prices include VAT; delivery is added at checkout.".to_owned(),
            cart_count: 2,
            signed_in_as: None,
            here: path.to_owned(),
            search: String::new(),
        },
        head: Head {
            title: format!("{title} · Tradewind Prints"),
            description: format!("{title}: generative art prints of ships, winds, waves, maps, stars and harbours."),
            canonical: format!("{ORIGIN}{path}"),
            indexed,
            picture: None,
            structured_data: Vec::new(),
        },
    }
}

fn category_path(name: &str) -> String {
    format!("/categories/{}", name.to_lowercase())
}

const TITLES: [(&str, &str); 12] = [
    ("Nor'easter", "Full sail before the weather"),
    ("The Roaring Forties", "Wind chart in vermilion"),
    ("Chart of an Unvisited Coast", "Soundings in fathoms"),
    ("Long Swell", "Seigaiha in nine blues"),
    ("Night Watch", "Stars over the forestay"),
    ("Harbour at Slack Water", "Cranes and reflections"),
    ("Doldrums", "Almost no wind at all"),
    ("Ebb", "Layered lines"),
    ("The Packet Boat", "Two masts and a funnel"),
    ("Pole Star", "An engraved sky"),
    ("Lee Shore", "Contour lines and a compass rose"),
    ("Last Light on the Mole", "Lighthouse in ochre"),
];

fn picture(index: usize) -> Picture {
    Picture::portrait(format!("sample-{}", index % 12), format!("{}, print", TITLES[index % 12].0))
}

fn card(index: usize) -> ProductCard {
    let (title, subtitle) = TITLES[index % 12];
    ProductCard {
        href: format!("/products/sample-{index}"),
        title: title.to_owned(),
        subtitle: Some(subtitle.to_owned()),
        picture: Some(picture(index).decorative()),
        price: Some(Price {
            amount: "€ 29.00".to_owned(),
            from: true,
            before: None,
            tax_note: Some("incl. VAT".to_owned()),
        }),
        badge: match index {
            2 => Some("Sold out".to_owned()),
            5 => Some("Last ones".to_owned()),
            _ => None,
        },
    }
}

fn terms() -> ProsePage {
    ProsePage {
        shell: shell("/terms", "Terms", true),
        heading: "Terms".to_owned(),
        body_html: "<p>This shop is a demonstration: nothing is shipped and nothing is charged.</p><h2>Prices</h2><ul>\
            <li>Prices in Europe include VAT.</li><li>Delivery is shown before you order.</li></ul>"
            .to_owned(),
    }
}

fn not_found() -> ProblemPage {
    ProblemPage {
        shell: shell("/products/unknown", "Not found", false),
        status: 404,
        heading: "Off the chart".to_owned(),
        text: "There is no page at this address. It may have moved, or never been.".to_owned(),
        request_id: None,
        links: vec![Link::new("Browse all prints", "/products"), Link::new("Search", "/search")],
    }
}

fn failed() -> ProblemPage {
    ProblemPage {
        shell: shell("/cart", "Something went wrong", false),
        status: 500,
        heading: "Something went wrong".to_owned(),
        text: "It is not your doing. Nothing was changed; please try again in a moment.".to_owned(),
        request_id: Some("01K9Z3T1Q6".to_owned()),
        links: vec![Link::new("Try again", "/cart"), Link::new("Home", "/")],
    }
}
