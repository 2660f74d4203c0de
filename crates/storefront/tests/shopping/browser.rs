//! A browser without script: keeps cookies, sends forms, shows pages.

use reqwest::header::HeaderMap;
use reqwest::redirect::Policy;
use scraper::{Html, Selector};
use tradewind_testkit::TestShop;

/// A browser with its own cookies.
pub struct Browser {
    http: reqwest::Client,
    url: String,
}

/// What a browser was answered.
pub struct Shown {
    pub status: u16,
    pub headers: HeaderMap,
    pub html: String,
}

impl Browser {
    pub fn new(shop: &TestShop) -> Self {
        let http = reqwest::Client::builder().cookie_store(true).redirect(Policy::none()).no_proxy().build().unwrap();
        Self { http, url: shop.client().url }
    }

    /// Opens an address, without following where it leads.
    pub async fn open(&self, path: &str) -> Shown {
        Shown::of(self.http.get(format!("{}{path}", self.url)).send().await.unwrap()).await
    }

    /// Sends a form, without following where it leads.
    pub async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let request = self.http.post(format!("{}{path}", self.url)).header("origin", &self.url).form(fields);
        Shown::of(request.send().await.unwrap()).await
    }

    /// Sends a form and opens the page it leads to.
    pub async fn send_and_follow(&self, path: &str, fields: &[(&str, &str)]) -> Shown {
        let answer = self.send(path, fields).await;
        let to = answer.leads_to().to_owned();
        self.open(&to).await
    }

    /// A request in all freedom.
    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    /// Puts so many of a product into the cart.
    pub async fn add(&self, shop: &TestShop, variant_id: &str, quantity: &str) -> Shown {
        let sold = shop.shop.catalog.variant(variant_id).await.unwrap().unwrap();
        self.send("/cart/lines", &[("product", sold.product.id.as_str()), ("size", "A3"), ("quantity", quantity)]).await
    }
}

impl Shown {
    pub async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, html: response.text().await.unwrap() }
    }

    /// The path of a redirect.
    #[track_caller]
    pub fn leads_to(&self) -> &str {
        assert_eq!(self.status, 303, "{}", self.text("main"));
        self.headers["location"].to_str().unwrap()
    }

    /// All texts of the elements that a selector finds.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        let page = Html::parse_document(&self.html);
        let selector = Selector::parse(selector).unwrap();
        let found = page.select(&selector);
        let joined = |element: scraper::ElementRef<'_>| {
            element.text().flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
        };
        found.map(joined).collect()
    }

    /// The text of the first of them.
    pub fn text(&self, selector: &str) -> String {
        self.texts(selector).into_iter().next().unwrap_or_default()
    }

    /// An attribute of the first of them.
    pub fn attribute(&self, selector: &str, name: &str) -> String {
        let page = Html::parse_document(&self.html);
        let found = page.select(&Selector::parse(selector).unwrap()).next();
        found.and_then(|element| element.attr(name)).unwrap_or_default().to_owned()
    }
}
