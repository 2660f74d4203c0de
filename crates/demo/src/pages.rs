//! What the demo shop says about itself: its name, and the pages a shop must have.

/// The shop's name.
pub const SHOP_NAME: &str = "Tradewind Prints";

/// A paragraph for the home page and for search engines.
pub const SHOP_DESCRIPTION: &str = "Sixty prints about the sea, drawn by code and made to hang on real walls: regattas and \
    liners, weather charts, patterns of water, maps of places that do not exist, and the lights of small harbours. In three \
    sizes, unframed or framed in black, oak or white.";

/// A line that belongs on every page of the demo, so that nobody mistakes it for a real shop.
pub const DEMO_NOTICE: &str = "This is a demonstration shop. Nothing is charged and nothing is shipped.";

/// A page of text. The body is HTML that needs nothing around it but a main element and a first heading.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The name in addresses.
    pub handle: &'static str,
    /// The page's only first heading.
    pub title: &'static str,
    /// The page's text as HTML, its headings from the second level on.
    pub body_html: &'static str,
}

/// All pages, in the order of the footer.
pub const PAGES: [Page; 6] = [ABOUT, DELIVERY, RETURNS, TERMS, PRIVACY, IMPRINT];

/// What the shop is and how the pictures are made.
pub const ABOUT: Page = Page {
    handle: "about",
    title: "About the prints",
    body_html: "\
<p>Every picture in this shop is drawn by a small program. It starts from a number, the seed, and draws the same picture from \
the same seed on any computer. There are no photographs and no borrowed artwork behind them, only geometry and a little chance.</p>
<h2>Paper and frames</h2>
<p>The shop describes its prints as giclée prints on heavy cotton paper, in A4, A3 and 50 × 70 cm. Frames are solid ash, oak or \
maple with a wide mat. Because this is a demonstration, these are the prints we would make if we made them.</p>
<h2>What runs the shop</h2>
<p>Tradewind is an open-source commerce engine. Everything you see here, from the stock on the shelf to the order in the \
office, is served by one program and stored in one file. You are welcome to buy as much as you like.</p>",
};

/// How an order would travel.
pub const DELIVERY: Page = Page {
    handle: "delivery",
    title: "Delivery",
    body_html: "\
<p>This is a demonstration: orders are accepted, numbered and confirmed, but nothing is shipped.</p>
<h2>How it would work</h2>
<ul>
<li>Unframed prints travel rolled in a tube; framed prints travel flat between corner guards.</li>
<li>The price of delivery depends on where you are and is shown before you pay.</li>
<li>Stock is held at two places, and each order is sent from where all of it lies.</li>
</ul>",
};

/// The returns policy.
pub const RETURNS: Page = Page {
    handle: "returns",
    title: "Returns",
    body_html: "\
<p>You may change your mind within 30 days of the day on which your print would have arrived. You need not say why.</p>
<ol>
<li>Tell us which order it is and which prints you would send back.</li>
<li>Pack them as they came. A print that arrived framed goes back framed.</li>
<li>Once they are here, the price of the prints and of the cheapest delivery is paid back the way it was paid.</li>
</ol>
<p>If a print arrives damaged, we replace it or pay it back, whichever you prefer, and you keep the postage.</p>
<p>Since nothing is shipped by this demonstration shop, nothing has to be returned either.</p>",
};

/// The terms of sale.
pub const TERMS: Page = Page {
    handle: "terms",
    title: "Terms",
    body_html: "\
<p>These terms belong to a demonstration shop. No contract of sale comes about, no payment is taken and no goods are delivered.</p>
<h2>Orders</h2>
<p>An order placed here is stored so that you can see how the shop works. It binds neither you nor anybody else.</p>
<h2>Prices</h2>
<p>Prices in euros include tax. Prices in US dollars do not; tax is added at the checkout where it applies. What the checkout \
shows as the total is what would be charged.</p>
<h2>Payment</h2>
<p>The payment methods offered are stand-ins. Please do not enter real card details anywhere.</p>
<h2>Pictures</h2>
<p>The pictures are part of the shop's source code and come under the same open-source licence.</p>",
};

/// What is stored about a visitor.
pub const PRIVACY: Page = Page {
    handle: "privacy",
    title: "Privacy",
    body_html: "\
<p>This demonstration shop runs on the computer of whoever started it and sends nothing to anyone else.</p>
<ul>
<li>What you enter at the checkout or in an account is stored in that shop's own database, and nowhere else.</li>
<li>One cookie remembers your cart and one your log-in. There are no others, and there is no tracking.</li>
<li>Pages load no fonts, scripts or pictures from other hosts.</li>
</ul>
<p>Please enter invented names and addresses. Deleting the shop's data folder deletes everything.</p>",
};

/// Who is behind the shop.
pub const IMPRINT: Page = Page {
    handle: "imprint",
    title: "Imprint",
    body_html: "\
<p>Tradewind Prints is a demonstration of the open-source commerce engine Tradewind. It is not a company and has no owner, no \
address and no staff. Nothing is sold, charged or shipped.</p>
<p>Whoever runs a copy of this shop for the public replaces this page with their own details.</p>",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_open_and_close_their_elements() {
        for page in PAGES {
            for element in ["p", "h2", "ul", "ol", "li"] {
                let opened = page.body_html.matches(&format!("<{element}>")).count();
                let closed = page.body_html.matches(&format!("</{element}>")).count();
                assert_eq!(opened, closed, "<{element}> on the page {}", page.handle);
            }
        }
    }
}
