//! JSON-LD for search engines: what a page is about, in schema.org's words.

use serde_json::{Value, json};

use super::shell::Crumb;

/// A product with its offers, as search engines ask for it.
#[derive(Debug)]
pub struct ProductFacts<'a> {
    /// The product page's absolute address.
    pub address: &'a str,
    /// The title.
    pub name: &'a str,
    /// The description as one text.
    pub description: &'a str,
    /// Absolute addresses of its pictures.
    pub pictures: &'a [String],
    /// The article number of the chosen variant.
    pub sku: Option<&'a str>,
    /// The seller.
    pub shop_name: &'a str,
    /// The currency code, upper case.
    pub currency: &'a str,
    /// The lowest price in major units, a plain decimal number such as "49.00".
    pub lowest_price: &'a str,
    /// The highest price, likewise.
    pub highest_price: &'a str,
    /// Number of variants on offer.
    pub offer_count: usize,
    /// Whether any of them can be bought.
    pub in_stock: bool,
}

/// The block for a product page.
pub fn product(facts: &ProductFacts<'_>) -> String {
    let availability = if facts.in_stock { "https://schema.org/InStock" } else { "https://schema.org/OutOfStock" };
    let seller = json!({ "@type": "Organization", "name": facts.shop_name });
    let offers = if facts.lowest_price == facts.highest_price {
        json!({
            "@type": "Offer",
            "url": facts.address,
            "price": facts.lowest_price,
            "priceCurrency": facts.currency,
            "availability": availability,
            "itemCondition": "https://schema.org/NewCondition",
            "seller": seller,
        })
    } else {
        json!({
            "@type": "AggregateOffer",
            "url": facts.address,
            "lowPrice": facts.lowest_price,
            "highPrice": facts.highest_price,
            "priceCurrency": facts.currency,
            "offerCount": facts.offer_count,
            "availability": availability,
            "seller": seller,
        })
    };
    let mut product = json!({
        "@context": "https://schema.org",
        "@type": "Product",
        "name": facts.name,
        "url": facts.address,
        "description": facts.description,
        "image": facts.pictures,
        "brand": { "@type": "Brand", "name": facts.shop_name },
        "offers": offers,
    });
    if let Some(sku) = facts.sku {
        product["sku"] = json!(sku);
    }
    block(&product)
}

/// The block for a breadcrumb trail; `origin` is the shop's address without a slash at the end.
pub fn breadcrumbs(origin: &str, crumbs: &[Crumb]) -> String {
    let items: Vec<Value> = crumbs
        .iter()
        .enumerate()
        .map(|(index, crumb)| {
            json!({
                "@type": "ListItem",
                "position": index + 1,
                "name": crumb.label,
                "item": format!("{origin}{}", crumb.href),
            })
        })
        .collect();
    block(&json!({ "@context": "https://schema.org", "@type": "BreadcrumbList", "itemListElement": items }))
}

/// The block for the home page: the site and how to search it.
pub fn website(origin: &str, shop_name: &str) -> String {
    block(&json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": shop_name,
        "url": format!("{origin}/"),
        "potentialAction": {
            "@type": "SearchAction",
            "target": { "@type": "EntryPoint", "urlTemplate": format!("{origin}/search?q={{query}}") },
            "query-input": "required name=query",
        },
    }))
}

/// The value as text that cannot end the script element it stands in.
fn block(value: &Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_end_the_script_element() {
        let text = website("https://shop.example", "</script><script>alert(1)</script>");
        assert!(!text.contains('<'));
        let read: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["name"], "</script><script>alert(1)</script>");
    }

    #[test]
    fn one_price_is_an_offer_and_several_are_an_aggregate() {
        let mut facts = ProductFacts {
            address: "https://shop.example/products/squall",
            name: "Squall",
            description: "",
            pictures: &[],
            sku: None,
            shop_name: "Shop",
            currency: "EUR",
            lowest_price: "29.00",
            highest_price: "29.00",
            offer_count: 1,
            in_stock: true,
        };
        let one: Value = serde_json::from_str(&product(&facts)).unwrap();
        assert_eq!(one["offers"]["@type"], "Offer");
        facts.highest_price = "89.00";
        let several: Value = serde_json::from_str(&product(&facts)).unwrap();
        assert_eq!(several["offers"]["lowPrice"], "29.00");
    }
}
