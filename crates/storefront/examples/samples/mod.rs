//! Sample values for every page, shared by the gallery and the page tests.

use std::sync::Arc;

use askama::Template;
use tradewind_storefront::views::*;

const ORIGIN: &str = "https://shop.example";

/// Every page: file name and HTML.
pub fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("home", render(home())),
        ("category", render(category())),
        ("search", render(search())),
        ("search-empty", render(search_empty())),
        ("product", render(product())),
        ("product-sold-out", render(product_sold_out())),
        ("cart", render(cart())),
        ("cart-empty", render(cart_empty())),
        ("checkout", render(checkout())),
        ("checkout-errors", render(checkout_errors())),
        ("confirmation", render(confirmation())),
        ("sign-in", render(sign_in())),
        ("register", render(register())),
        ("forgotten-password", render(forgotten(false))),
        ("forgotten-password-sent", render(forgotten(true))),
        ("new-password", render(new_password())),
        ("account", render(account())),
        ("account-empty", render(account_empty())),
        ("account-orders", render(account_orders())),
        ("account-order", render(account_order())),
        ("account-addresses", render(account_addresses())),
        ("account-address", render(account_address())),
        ("account-details", render(account_details())),
        ("look-up", render(look_up())),
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

fn home() -> HomePage {
    let mut shell = shell("/", "Generative art prints", true);
    shell.head.title = "Tradewind Prints · Generative art prints of the sea".to_owned();
    shell.head.structured_data.push(structured_data::website(ORIGIN, "Tradewind Prints"));
    HomePage {
        shell,
        hero: Hero {
            eyebrow: "Generative art prints".to_owned(),
            heading: "Drawn by wind and water.".to_owned(),
            lead: "Ships, winds, waves, maps, stars and harbours. Each picture is drawn by rules and a grain of chance, then printed on cotton paper, framed or bare.".to_owned(),
            action: Link::new("Browse all prints", "/products"),
            second_action: Some(Link::new("See the Atlantic collection", "/collections/atlantic")),
            pictures: vec![
                (picture(0), "/products/sample-0".to_owned()),
                (picture(3), "/products/sample-3".to_owned()),
                (picture(4), "/products/sample-4".to_owned()),
            ],
        },
        newest_heading: "New on the wall".to_owned(),
        newest: (0..8).map(card).collect(),
        categories: ["Ships", "Winds", "Waves", "Maps", "Stars", "Harbours"]
            .iter()
            .enumerate()
            .map(|(index, name)| Porthole {
                link: Link::new(*name, category_path(name)),
                picture: Some(picture(index * 2).decorative()),
            })
            .collect(),
        features: vec![Feature {
            eyebrow: "Collection".to_owned(),
            heading: "Night Watch".to_owned(),
            text: "The hours between midnight and four, when there is little to see and much to look at: stars, a lamp, the white of a bow wave.".to_owned(),
            action: Link::new("See the collection", "/collections/night-watch"),
            pictures: vec![picture(4), picture(9), picture(1)],
        }],
    }
}

fn category() -> ListingPage {
    let mut shell = shell("/categories/waves", "Waves", true);
    let breadcrumbs = vec![Crumb::new("Home", "/"), Crumb::new("Waves", "/categories/waves")];
    shell.head.structured_data.push(structured_data::breadcrumbs(ORIGIN, &breadcrumbs));
    let options = |values: &[&str], checked: &str| {
        values
            .iter()
            .map(|value| FilterOption {
                value: (*value).to_owned(),
                label: (*value).to_owned(),
                checked: *value == checked,
            })
            .collect()
    };
    ListingPage {
        shell,
        breadcrumbs,
        heading: "Waves".to_owned(),
        intro: Some("Swell, surf and the patterns water makes when nobody is looking.".to_owned()),
        narrower: Vec::new(),
        search_box: None,
        action: "/categories/waves".to_owned(),
        filters: vec![
            FilterGroup {
                legend: "Size".to_owned(),
                name: "size",
                options: options(&["A4", "A3", "50 × 70 cm"], "A3"),
            },
            FilterGroup {
                legend: "Frame".to_owned(),
                name: "frame",
                options: options(&["Unframed", "Black", "Oak", "White"], ""),
            },
            FilterGroup {
                legend: "Mood".to_owned(),
                name: "tag",
                options: options(&["blue", "warm", "minimal", "line", "large format"], ""),
            },
        ],
        sorts: [("newest", "Newest first"), ("price", "Price, low to high"), ("title", "Title, A to Z")]
            .iter()
            .enumerate()
            .map(|(index, (value, label))| Choice {
                value: (*value).to_owned(),
                label: (*label).to_owned(),
                selected: index == 0,
            })
            .collect(),
        applied: vec![AppliedFilter { label: "Size: A3".to_owned(), remove_href: "/categories/waves".to_owned() }],
        clear_href: "/categories/waves".to_owned(),
        count_text: "60 prints".to_owned(),
        products: (0..24).map(card).collect(),
        pager: Some(Pager {
            previous: None,
            next: Some("/categories/waves?page=2".to_owned()),
            position: "Page 1 of 3".to_owned(),
        }),
        empty_heading: String::new(),
        empty_text: String::new(),
    }
}

fn search() -> ListingPage {
    let mut page = category();
    page.shell = shell("/search?q=lighthouse", "Search: lighthouse", false);
    page.shell.visitor.search = "lighthouse".to_owned();
    page.breadcrumbs.clear();
    page.heading = "Search".to_owned();
    page.intro = None;
    page.search_box = Some(SearchBox { query: "lighthouse".to_owned() });
    page.action = "/search".to_owned();
    page.products.truncate(5);
    page.count_text = "5 prints for “lighthouse”".to_owned();
    page.applied.clear();
    page.pager = None;
    page
}

fn search_empty() -> ListingPage {
    let mut page = search();
    page.products.clear();
    page.filters.clear();
    page.sorts.clear();
    page.search_box = Some(SearchBox { query: "submarine".to_owned() });
    page.count_text = "Nothing found for “submarine”".to_owned();
    page.empty_heading = "An empty horizon".to_owned();
    page.empty_text =
        "No print matches that. Try a shorter word, or one of these: storm, lighthouse, chart, blue.".to_owned();
    page
}

fn product() -> ProductPage {
    let mut shell = shell("/products/sample-0", "Nor'easter", true);
    let breadcrumbs = vec![
        Crumb::new("Home", "/"),
        Crumb::new("Ships", "/categories/ships"),
        Crumb::new("Nor'easter", "/products/sample-0"),
    ];
    shell.head.structured_data.push(structured_data::breadcrumbs(ORIGIN, &breadcrumbs));
    shell.head.structured_data.push(structured_data::product(&structured_data::ProductFacts {
        address: "https://shop.example/products/sample-0",
        name: "Nor'easter",
        description: "A brig before the weather.",
        pictures: &["https://shop.example/media/sample-0-1200.jpg".to_owned()],
        sku: Some("TW-SHI-001-A3-OAK"),
        shop_name: "Tradewind Prints",
        currency: "EUR",
        lowest_price: "29.00",
        highest_price: "189.00",
        offer_count: 12,
        in_stock: true,
    }));
    let values = |values: &[(&str, &str)], selected: usize| {
        values
            .iter()
            .enumerate()
            .map(|(index, (label, note))| OptionValue {
                value: (*label).to_owned(),
                label: (*label).to_owned(),
                note: (!note.is_empty()).then(|| (*note).to_owned()),
                selected: index == selected,
                available: *label != "White",
            })
            .collect()
    };
    ProductPage {
        shell,
        breadcrumbs,
        product_id: "prod_sample".to_owned(),
        path: "/products/sample-0".to_owned(),
        title: "Nor'easter".to_owned(),
        subtitle: Some("Full sail before the weather".to_owned()),
        pictures: vec![picture(0), picture(1)],
        options: vec![
            OptionGroup {
                legend: "Size".to_owned(),
                name: "size".to_owned(),
                values: values(&[("A4", "€ 59.00"), ("A3", "€ 89.00"), ("50 × 70 cm", "€ 149.00")], 1),
            },
            OptionGroup {
                legend: "Frame".to_owned(),
                name: "frame".to_owned(),
                values: values(&[("Unframed", ""), ("Black", ""), ("Oak", ""), ("White", "")], 2),
            },
        ],
        selection: Selection {
            variant_id: Some("variant_sample".to_owned()),
            sku: Some("TW-SHI-001-A3-OAK".to_owned()),
            price: Some(Price {
                amount: "€ 89.00".to_owned(),
                tax_note: Some("incl. VAT, plus delivery".to_owned()),
                ..Price::default()
            }),
            stock: Stock { tone: Tone::Warning, text: "Only 2 left".to_owned() },
            buyable: true,
            maximum_quantity: Some(2),
        },
        description: vec![
            "A brig runs before a nor'easter with everything set. The hull is one unbroken line; the sails are drawn by the wind field of the same afternoon.".to_owned(),
            "No two prints of the series share a sea: the waves are found anew from the picture's own number.".to_owned(),
        ],
        facts: vec![
            Fact { name: "Paper".to_owned(), value: "Matt cotton, 230 g/m²".to_owned() },
            Fact { name: "Weight".to_owned(), value: "1.4 kg".to_owned() },
        ],
        delivery_text: "Packed flat, sent within two working days. Send it back within 30 days if the wall disagrees.".to_owned(),
        related_heading: "More from the Atlantic".to_owned(),
        related: (1..5).map(card).collect(),
        notice: None,
    }
}

fn product_sold_out() -> ProductPage {
    let mut page = product();
    page.selection.buyable = false;
    page.selection.stock = Stock { tone: Tone::Bad, text: "Sold out".to_owned() };
    page.notice = Some(Notice::new(Tone::Bad, "Somebody was quicker: this one has just sold out."));
    page
}

fn cart_lines() -> Vec<CartLine> {
    [(0, "A3 · Oak", "€ 89.00", 1, "€ 89.00", None), (3, "A4 · Unframed", "€ 29.00", 2, "€ 58.00", Some("Only 1 left"))]
        .into_iter()
        .map(|(index, options, unit_price, quantity, total, problem)| CartLine {
            id: format!("cali_{index}"),
            href: format!("/products/sample-{index}"),
            title: TITLES[index].0.to_owned(),
            options: options.to_owned(),
            picture: Some(picture(index).decorative()),
            unit_price: unit_price.to_owned(),
            quantity,
            maximum_quantity: Some(10),
            total: total.to_owned(),
            problem: problem.map(str::to_owned),
        })
        .collect()
}

fn totals() -> Totals {
    Totals {
        rows: vec![TotalsRow::new("Subtotal", "€ 147.00"), TotalsRow::new("Delivery", "€ 6.90")],
        total: "€ 153.90".to_owned(),
        tax_note: Some("incl. € 24.57 VAT".to_owned()),
    }
}

fn cart() -> CartPage {
    CartPage {
        shell: shell("/cart", "Cart", false),
        notices: vec![Notice::new(Tone::Warning, "One of your prints has become scarce. Please look at its quantity.")],
        added: Some("Nor'easter, A3 · Oak".to_owned()),
        lines: cart_lines(),
        totals: Totals {
            rows: vec![TotalsRow::new("Subtotal", "€ 147.00"), TotalsRow::new("Delivery", "at checkout")],
            total: "€ 147.00".to_owned(),
            tax_note: Some("incl. € 23.47 VAT".to_owned()),
        },
    }
}

fn cart_empty() -> CartPage {
    let mut page = cart();
    page.shell.visitor.cart_count = 0;
    page.notices.clear();
    page.added = None;
    page.lines.clear();
    page
}

fn address_form(billing: bool, filled: bool) -> AddressForm {
    // Names of fields are fixed per form; the two sets differ by their prefix.
    let name = |delivery: &'static str, invoice: &'static str| if billing { invoice } else { delivery };
    let token = |delivery: &'static str, invoice: &'static str| if billing { invoice } else { delivery };
    let value = |text: &str| if filled { text.to_owned() } else { String::new() };
    AddressForm {
        first_name: Field::new(
            name("shipping_first_name", "billing_first_name"),
            "First name",
            token("shipping given-name", "billing given-name"),
        )
        .with_value(value("Robin")),
        last_name: Field::new(
            name("shipping_last_name", "billing_last_name"),
            "Last name",
            token("shipping family-name", "billing family-name"),
        )
        .with_value(value("Shopper")),
        company: Field::new(
            name("shipping_company", "billing_company"),
            "Company",
            token("shipping organization", "billing organization"),
        )
        .optional(),
        address_1: Field::new(
            name("shipping_address_1", "billing_address_1"),
            "Street and number",
            token("shipping address-line1", "billing address-line1"),
        )
        .with_value(value("Am Kai 7")),
        address_2: Field::new(
            name("shipping_address_2", "billing_address_2"),
            "Flat, floor or other addition",
            token("shipping address-line2", "billing address-line2"),
        )
        .optional(),
        postal_code: Field::new(
            name("shipping_postal_code", "billing_postal_code"),
            "Postal code",
            token("shipping postal-code", "billing postal-code"),
        )
        .with_value(value("20457")),
        city: Field::new(
            name("shipping_city", "billing_city"),
            "Town",
            token("shipping address-level2", "billing address-level2"),
        )
        .with_value(value("Hamburg")),
        province: None,
        country: SelectField {
            name: name("shipping_country", "billing_country"),
            label: "Country",
            choices: [("at", "Austria"), ("dk", "Denmark"), ("fr", "France"), ("de", "Germany")]
                .iter()
                .map(|(value, label)| Choice {
                    value: (*value).to_owned(),
                    label: (*label).to_owned(),
                    selected: filled && *value == "de",
                })
                .collect(),
            error: None,
            autocomplete: token("shipping country", "billing country"),
        },
        phone: Field::new(name("shipping_phone", "billing_phone"), "Telephone", token("shipping tel", "billing tel"))
            .of_kind(FieldKind::Telephone)
            .optional(),
    }
}

fn checkout() -> CheckoutPage {
    let mut lines = cart_lines();
    for line in &mut lines {
        line.problem = None;
    }
    CheckoutPage {
        shell: shell("/checkout", "Checkout", false),
        notice: None,
        errors: Vec::new(),
        email: Field::email("email", "E-mail")
            .with_value("robin@shop.example")
            .with_hint("For the confirmation and questions about your order."),
        delivery_address: address_form(false, true),
        billing_differs: false,
        billing_address: address_form(true, false),
        deliveries: vec![DeliveryGroup {
            field: "delivery-1".to_owned(),
            legend: "How should it be delivered?".to_owned(),
            choices: vec![
                DeliveryChoice {
                    id: "so_standard".to_owned(),
                    name: "Standard".to_owned(),
                    detail: Some("3 to 5 working days".to_owned()),
                    price: "€ 6.90".to_owned(),
                    selected: true,
                },
                DeliveryChoice {
                    id: "so_express".to_owned(),
                    name: "Express".to_owned(),
                    detail: Some("Next working day".to_owned()),
                    price: "€ 14.90".to_owned(),
                    selected: false,
                },
            ],
        }],
        delivery_hint: String::new(),
        payments: vec![PaymentChoice {
            id: "pp_system_default".to_owned(),
            name: "Invoice".to_owned(),
            detail: Some("Pay by bank transfer within 14 days of delivery.".to_owned()),
            selected: true,
        }],
        payment_error: None,
        lines,
        totals: totals(),
        shown_total: "15390".to_owned(),
    }
}

fn checkout_errors() -> CheckoutPage {
    let mut page = checkout();
    page.email =
        page.email.with_value("robin@").with_error(Some("Enter an e-mail address like name@example.com.".to_owned()));
    page.delivery_address = address_form(false, false);
    page.delivery_address.first_name.error = Some("Enter a first name.".to_owned());
    page.delivery_address.country.error = Some("Choose a country.".to_owned());
    page.deliveries.clear();
    page.delivery_hint = "Choose a country, then the ways of delivery appear here.".to_owned();
    page.errors = page.email.as_error().into_iter().chain(page.delivery_address.errors()).collect();
    page.errors.push(FieldError {
        field: "delivery".to_owned(),
        text: "Choose a country, then the ways of delivery appear here.".to_owned(),
    });
    page
}

fn order() -> OrderDetails {
    let address =
        vec!["Robin Shopper".to_owned(), "Am Kai 7".to_owned(), "20457 Hamburg".to_owned(), "Germany".to_owned()];
    OrderDetails {
        number: "1042".to_owned(),
        placed_on: "23 November 2026".to_owned(),
        placed_on_iso: "2026-11-23".to_owned(),
        status: "Being packed".to_owned(),
        status_tone: Tone::Good,
        lines: cart_lines()
            .into_iter()
            .map(|line| OrderLine {
                href: Some(line.href),
                title: line.title,
                options: line.options,
                picture: line.picture,
                quantity: line.quantity,
                total: line.total,
            })
            .collect(),
        totals: totals(),
        delivery_address: address.clone(),
        billing_address: address,
        delivery: "Standard, 3 to 5 working days".to_owned(),
        payment: "Invoice, to be paid".to_owned(),
    }
}

fn confirmation() -> ConfirmationPage {
    ConfirmationPage {
        shell: shell("/orders/sample/confirmation", "Thank you", false),
        first_name: Some("Robin".to_owned()),
        email: "robin@shop.example".to_owned(),
        payment_text: "The invoice comes with the parcel.".to_owned(),
        order: order(),
        offer_account: true,
    }
}

fn sign_in() -> SignInPage {
    SignInPage {
        shell: shell("/account/sign-in", "Sign in", false),
        notice: Some(Notice::new(Tone::Bad, "E-mail address and password do not belong together.")),
        errors: Vec::new(),
        email: Field::email("email", "E-mail").with_value("robin@shop.example"),
        password: Field::password("password", "Password", "current-password"),
        next: "/account".to_owned(),
    }
}

fn register() -> RegisterPage {
    RegisterPage {
        shell: shell("/account/register", "Create an account", false),
        notice: None,
        errors: Vec::new(),
        first_name: Field::new("first_name", "First name", "given-name"),
        last_name: Field::new("last_name", "Last name", "family-name"),
        email: Field::email("email", "E-mail"),
        password: Field::password("password", "Password", "new-password").with_hint("At least 8 characters."),
        next: "/account".to_owned(),
    }
}

fn forgotten(sent: bool) -> ForgottenPasswordPage {
    ForgottenPasswordPage {
        shell: shell("/account/forgotten-password", "Forgotten password", false),
        errors: Vec::new(),
        email: Field::email("email", "E-mail"),
        sent,
    }
}

fn new_password() -> NewPasswordPage {
    NewPasswordPage {
        shell: shell("/account/new-password", "Choose a new password", false),
        notice: None,
        errors: vec![FieldError { field: "password".to_owned(), text: "Use at least 8 characters.".to_owned() }],
        token: "token".to_owned(),
        password: Field::password("password", "New password", "new-password")
            .with_error(Some("Use at least 8 characters.".to_owned())),
    }
}

fn signed_in(path: &str, title: &str) -> Shell {
    let mut shell = shell(path, title, false);
    shell.visitor.signed_in_as = Some("Robin".to_owned());
    shell
}

fn order_rows() -> Vec<OrderRow> {
    [("1042", "Being packed", Tone::Good, 2), ("1017", "Cancelled", Tone::Bad, 1)]
        .into_iter()
        .map(|(number, status, status_tone, count)| OrderRow {
            href: format!("/account/orders/order_{number}"),
            number: number.to_owned(),
            placed_on: "23 November 2026".to_owned(),
            placed_on_iso: "2026-11-23".to_owned(),
            status: status.to_owned(),
            status_tone,
            items: format!("{count} items"),
            total: "€ 153.90".to_owned(),
            pictures: (0..count).map(|index| picture(index).decorative()).collect(),
        })
        .collect()
}

fn address_card(id: &str, is_default: bool) -> AddressCard {
    AddressCard { id: id.to_owned(), lines: order().delivery_address, is_default }
}

fn account() -> AccountPage {
    AccountPage {
        shell: signed_in("/account", "Your account"),
        notice: None,
        name: "Robin Shopper".to_owned(),
        email: "robin@shop.example".to_owned(),
        orders: order_rows(),
        address: Some(address_card("cuaddr_1", true)),
    }
}

fn account_empty() -> AccountPage {
    AccountPage {
        notice: Some(Notice::new(Tone::Good, "Welcome aboard. Your account is ready.")),
        orders: Vec::new(),
        address: None,
        ..account()
    }
}

fn account_orders() -> OrdersPage {
    OrdersPage {
        shell: signed_in("/account/orders", "Orders"),
        orders: order_rows(),
        newer: None,
        older: Some("/account/orders?page=2".to_owned()),
    }
}

fn account_order() -> OrderPage {
    OrderPage { shell: signed_in("/account/orders/order_1042", "Order 1042"), in_account: true, order: order() }
}

fn account_addresses() -> AddressesPage {
    AddressesPage {
        shell: signed_in("/account/addresses", "Addresses"),
        notice: Some(Notice::new(Tone::Good, "The address was saved.")),
        addresses: vec![address_card("cuaddr_1", true), address_card("cuaddr_2", false)],
    }
}

fn account_address() -> AddressPage {
    let mut address = address_form(false, true);
    address.postal_code = address.postal_code.with_value("").with_error(Some("Enter a postal code.".to_owned()));
    AddressPage {
        shell: signed_in("/account/addresses/cuaddr_1", "Change address"),
        id: Some("cuaddr_1".to_owned()),
        errors: address.errors(),
        address,
        is_default: true,
    }
}

fn account_details() -> DetailsPage {
    DetailsPage {
        shell: signed_in("/account/details", "Your details"),
        notice: Some(Notice::new(Tone::Good, "Your details were saved.")),
        errors: Vec::new(),
        email: "robin@shop.example".to_owned(),
        first_name: Field::new("first_name", "First name", "given-name").with_value("Robin"),
        last_name: Field::new("last_name", "Last name", "family-name").with_value("Shopper"),
        phone: Field::new("phone", "Telephone", "tel").of_kind(FieldKind::Telephone).optional(),
    }
}

fn look_up() -> LookUpPage {
    LookUpPage {
        shell: shell("/orders/look-up", "Find an order", false),
        notice: Some(Notice::new(Tone::Bad, "There is no order with this number and e-mail address.")),
        errors: Vec::new(),
        number: Field::new("number", "Order number", "off").with_value("1042"),
        email: Field::email("email", "E-mail").with_hint("The one you ordered with."),
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
