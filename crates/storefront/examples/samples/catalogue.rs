//! Sample pages of the catalogue.

use tradewind_storefront::views::*;

use super::{ORIGIN, card, category_path, picture, shell};

pub fn home() -> HomePage {
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

pub fn category() -> ListingPage {
    let mut shell = shell("/categories/waves", "Waves", true);
    let breadcrumbs = vec![Crumb::new("Home", "/"), Crumb::new("Waves", "/categories/waves")];
    shell.head.structured_data.push(structured_data::breadcrumbs(ORIGIN, &breadcrumbs));
    let options = |values: &[&str], checked: &str| {
        values
            .iter()
            .map(|value| FilterOption {
                value: (*value).to_owned(),
                label: (*value).to_owned(),
                count: Some(7),
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

pub fn search() -> ListingPage {
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

pub fn search_empty() -> ListingPage {
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

pub fn product() -> ProductPage {
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

pub fn product_sold_out() -> ProductPage {
    let mut page = product();
    page.selection.buyable = false;
    page.selection.stock = Stock { tone: Tone::Bad, text: "Sold out".to_owned() };
    page.notice = Some(Notice::new(Tone::Bad, "Somebody was quicker: this one has just sold out."));
    page
}
