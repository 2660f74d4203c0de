use std::time::Instant;
use tradewind_demo::art::{works, wall::wall};
use tradewind_demo::pictures::*;
fn cpu() -> f64 { let s = std::fs::read_to_string("/proc/self/stat").unwrap(); let f: Vec<&str> = s.split_whitespace().collect(); (f[13].parse::<f64>().unwrap() + f[14].parse::<f64>().unwrap()) / 100.0 }
fn main() {
    let mut t = [0.0f64; 8];
    let _ = Instant::now();
    for w in works().iter() {
        let a = cpu(); let svg = w.svg(); t[0] += cpu() - a;
        let a = cpu(); let p = rasterise(&svg, 1200).unwrap(); t[1] += cpu() - a;
        let a = cpu(); let _r = rasterise(&wall(w).svg, 1200).unwrap(); t[2] += cpu() - a;
        let a = cpu(); let q = p.resized(800, 1000).unwrap(); let r = q.resized(400, 500).unwrap(); let s = r.resized(200, 250).unwrap(); t[3] += cpu() - a;
        let a = cpu(); for x in [&q, &r, &s] { x.encode_webp(82).unwrap(); } t[4] += cpu() - a;
        let a = cpu(); p.encode_webp(82).unwrap(); t[5] += cpu() - a;
        let a = cpu(); for x in [&p, &q, &r, &s] { x.encode_jpeg(84).unwrap(); } t[6] += cpu() - a;
    }
    println!("svg {:.2} raster {:.2} wall {:.2} resize {:.2} webp small {:.2} webp 1200 {:.2} jpeg {:.2}", t[0], t[1], t[2], t[3], t[4], t[5], t[6]);
}
