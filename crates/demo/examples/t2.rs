use tradewind_demo::pictures::*;
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let f: Vec<&str> = s.split_whitespace().collect(); (f[13].parse::<f64>().unwrap() + f[14].parse::<f64>().unwrap()) / 100.0 }
fn t(name: &str, body: &str) { let svg = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 1000\" width=\"800\" height=\"1000\"><defs><linearGradient id=\"d1\" gradientUnits=\"userSpaceOnUse\" x1=\"0\" y1=\"0\" x2=\"800\" y2=\"1000\"><stop offset=\"0\" stop-color=\"#fff\"/><stop offset=\"0.5\" stop-color=\"#888\"/><stop offset=\"1\" stop-color=\"#222\"/></linearGradient><radialGradient id=\"d2\" gradientUnits=\"userSpaceOnUse\" cx=\"400\" cy=\"500\" r=\"500\"><stop offset=\"0\" stop-color=\"#fff\" stop-opacity=\".5\"/><stop offset=\"1\" stop-color=\"#222\" stop-opacity=\"0\"/></radialGradient><clipPath id=\"c\"><path d=\"M64 64L736 64L736 936L64 936Z\"/></clipPath></defs>{body}</svg>"); let a = cpu(); for _ in 0..20 { rasterise(&svg, 1200).unwrap(); } println!("{name}: {:.1} ms", (cpu() - a) * 50.0); }
fn main() {
    t("empty", ""); t("flat", "<path fill=\"#123456\" d=\"M0 0L800 0L800 1000L0 1000Z\"/>");
    t("rect", "<rect fill=\"#123456\" width=\"800\" height=\"1000\"/>");
    t("flat alpha", "<path fill=\"#123456\" fill-opacity=\".5\" d=\"M0 0L800 0L800 1000L0 1000Z\"/>");
    t("flat circle", "<path fill=\"#123456\" d=\"M0 500A400 500 0 1 1 800 500A400 500 0 1 1 0 500Z\"/>");
    t("gradient", "<path fill=\"url(#d1)\" d=\"M0 0L800 0L800 1000L0 1000Z\"/>");
    t("glow", "<path fill=\"url(#d2)\" d=\"M0 0L800 0L800 1000L0 1000Z\"/>");
    t("clip", "<g clip-path=\"url(#c)\"><path fill=\"#123456\" d=\"M0 0L800 0L800 1000L0 1000Z\"/></g>");
}
